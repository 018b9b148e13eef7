"""Representation templates compiled to functions."""

from collections.abc import Callable
from typing import Any

import orjson

from gateway.executor.rows import Object, Row, compile_make, compile_take
from gateway.planner import Template, TemplateField

Represent = Callable[[Object], Object | None]
RepresentAll = Callable[[list[Any]], list[Object] | None]
Sight = Callable[[Object], object]
_ABSENT = {"": "absent"}


def compile_entity(type_name: str, template: Template) -> Represent:
    """A function from an object of the answer to its representation, None where a key field is null."""
    if len(template.fields) == 1 and template.fields[0].required and template.fields[0].nested is None:
        return _single_key(type_name, template.fields[0])
    fields = _compile_fields(template.fields)

    def represent(item: Object) -> Object | None:
        made = fields(item)
        if made is not None:
            made["__typename"] = type_name
        return made

    return represent


def compile_distinct(type_name: str, template: Template) -> RepresentAll | None:
    """A function from objects to their representations at once, where all are to be had and no two are equal.

    It gives None where that is not so, or values were not objects; there is no such function for nested keys.
    """
    if not template.fields or any(field.nested is not None for field in template.fields):
        return None
    take = compile_take([field.response_key for field in template.fields])
    make = compile_make([field.name for field in template.fields])
    required = [number for number, field in enumerate(template.fields) if field.required]

    def represent(items: list[Any]) -> list[Object] | None:
        try:
            rows = take(items)
            if len(set(rows)) < len(rows) or _lacks(rows, required):
                return None
        except (KeyError, TypeError):  # an absent key, no object, or a value that is no leaf
            return None
        made = make(rows)
        for representation in made:
            representation["__typename"] = type_name
        return made

    return represent


def _lacks(rows: list[Row], required: list[int]) -> bool:
    columns = list(zip(*rows, strict=True))
    return bool(rows) and any(None in columns[number] for number in required)


def compile_sight(template: Template) -> Sight:
    """A function whose results are equal only where the representations are, and cheaper than making them."""
    keys = [field.response_key for field in template.fields]
    if any(field.nested is not None for field in template.fields) or template.by_type is not None:
        return id  # no cheaper way
    return _sight_of_one(keys[0]) if len(keys) == 1 else _sight_of_many(keys)


def _sight_of_one(key: str) -> Sight:
    def see(item: Object) -> object:
        value = item.get(key)
        return value if type(value) is str else orjson.dumps(value)

    return see


def _sight_of_many(keys: list[str]) -> Sight:
    def see(item: Object) -> object:
        return orjson.dumps([item.get(key, _ABSENT) for key in keys])

    return see


def _single_key(type_name: str, field: TemplateField) -> Represent:
    """The common case, spelt out for speed."""
    name, key = field.name, field.response_key

    def represent(item: Object) -> Object | None:
        value = item.get(key)
        return None if value is None else {name: value, "__typename": type_name}

    return represent


def _compile_fields(fields: tuple[TemplateField, ...]) -> Represent:
    compiled = [
        (field.name, field.response_key, field.required, None if field.nested is None else _compile(field.nested))
        for field in fields
    ]

    def represent(item: Object) -> Object | None:
        made: Object = {}
        for name, key, required, nested in compiled:
            value = item.get(key)
            if value is not None and nested is not None:
                value = _each(value, nested)
            if value is None and required:
                return None
            if value is not None or key in item:
                made[name] = value
        return made

    return represent


def _compile(template: Template) -> Represent:
    if template.by_type is None:
        return _compile_fields(template.fields)
    cases = {type_name: _compile_fields(below.fields) for type_name, below in template.by_type}

    def represent(item: Object) -> Object | None:
        type_name = item.get("__typename")
        fields = cases.get(type_name) if isinstance(type_name, str) else None
        made = fields(item) if fields else {}
        return None if made is None else {"__typename": type_name, **made}

    return represent


def _each(value: Any, represent: Represent) -> Any:
    if isinstance(value, list):
        return [_each(item, represent) for item in value]
    return represent(value) if isinstance(value, dict) else None


def identity_of(representation: Object) -> object:
    """Equal for equal representations, for deduplication."""
    if len(representation) == 2:  # noqa: PLR2004  # one key field and the type: its text says it all.
        name, value = next(iter(representation.items()))
        if isinstance(value, str):
            return name, value
    return orjson.dumps(representation)
