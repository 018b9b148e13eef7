"""Completing values: closures made once per plan, one for each place of the answer.

Every completer returns None for null, and has then already told why. A None in a non-null place makes the enclosing
object or list None, up to the nearest place that may be null.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from graphql import GraphQLEnumType, GraphQLNonNull, GraphQLOutputType

from gateway.executor.columns import Attempt
from gateway.executor.declared import INTEGERS, fast_kinds
from gateway.executor.merging import DISAGREED
from gateway.executor.places import ConcretePath
from gateway.executor.problems import Problems

# A path is linked from the leaf to the root, because it is needed only where something is wrong.
LinkedPath = tuple[Any, str | int] | None
Complete = Callable[[Any, LinkedPath, Problems], Any]
Field = tuple[str, frozenset[type] | None, Complete, bool]

# From so many items on it is worth the trouble to try all at once.
_MANY = 16


def unlink(path: LinkedPath) -> ConcretePath:
    parts: list[str | int] = []
    while path is not None:
        path, part = path
        parts.append(part)
    return tuple(reversed(parts))


class Place(NamedTuple):
    """Where a value stands: its field, for error texts, and whether null is allowed there."""

    coordinate: str
    required: bool


def complete_object(fields: list[Field], place: Place) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) is not dict:
            return refuse(value, place, path, problems)
        made: dict[str, Any] = {}
        for key, kinds, finish, required in fields:
            item = value.get(key)
            if kinds is None or type(item) not in kinds:
                item = finish(item, (path, key), problems)
                if item is None and required:
                    return None
            made[key] = item
        return made

    return complete


def complete_list(item: Complete, declared: GraphQLOutputType, place: Place, all_at_once: Attempt) -> Complete:
    """`declared` is the type of the items."""
    kinds, item_required = fast_kinds(declared), isinstance(declared, GraphQLNonNull)

    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) is not list:
            return refuse(value, place, path, problems)
        if len(value) >= _MANY and (done := all_at_once(value)) is not None:
            return done
        made = []
        for index, given in enumerate(value):
            done = given
            if kinds is None or type(given) not in kinds:
                done = item(given, (path, index), problems)
                if done is None and item_required:
                    return None
            made.append(done)
        return made

    return complete


def complete_leaf(declared: Any, place: Place) -> Complete:
    """What does not pass as it is: enum values are looked up, numbers measured, an integer is a good ID."""
    names = frozenset(declared.values) if isinstance(declared, GraphQLEnumType) else None
    is_id, is_number = declared.name == "ID", declared.name == "Int"

    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if names is not None and type(value) is str and value in names:
            return value
        if is_number and type(value) is int and value in INTEGERS:
            return value
        if is_id and type(value) is int:
            return str(value)
        return refuse(value, place, path, problems)

    return complete


def complete_constant(value: Any) -> Complete:
    def complete(_: Any, __: LinkedPath, ___: Problems) -> Any:
        return value

    return complete


def refuse(value: Any, place: Place, path: LinkedPath, problems: Problems) -> None:
    """Null where it is allowed says nothing; all else is told."""
    if value is DISAGREED:
        problems.disagreement(unlink(path), place.coordinate)
    elif value is not None:
        problems.wrong(unlink(path), place.coordinate)
    elif place.required:
        problems.null(unlink(path), place.coordinate)
