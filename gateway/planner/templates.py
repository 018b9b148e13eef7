"""Representation templates: which fields, under which response keys, make an entity known to another graph."""

from gateway.planner.drafts import Position
from gateway.planner.plan import Template, TemplateField
from gateway.planner.reach import Reach, Selections
from gateway.supergraph import Selected


def template_of(
    reach: Reach, position: Position, type_name: str, selections: Selections, *, required: bool
) -> Template:
    """The template of fields that are planned at the position already."""
    wanted = reach.fields(type_name, selections).values()
    return Template(tuple(_field(reach, position, field, required=required) for field in wanted if not field.is_meta))


def _field(reach: Reach, position: Position, field: Selected, *, required: bool) -> TemplateField:
    key = position.key_for(field.name, field.arguments)
    child = position.children.get(key)
    nested = None if child is None else _nested(reach, child, field.selections, required=required)
    return TemplateField(field.name, key, required, nested)


def _nested(reach: Reach, child: Position, selections: Selections, *, required: bool) -> Template:
    if not child.by_type:
        return template_of(reach, child, child.type_name, selections, required=required)
    return Template(
        by_type=tuple(
            (concrete, template_of(reach, below, concrete, selections, required=required))
            for concrete, below in child.by_type.items()
        )
    )


def join(mine: Template, other: Template) -> Template:
    """The template with the fields of both: `id, x { p }` and `id, x { q }` give `id, x { p q }`."""
    if mine.by_type is not None or other.by_type is not None:
        return Template((), _join_types(mine.by_type or (), other.by_type or ()))
    fields = {field.name: field for field in mine.fields}
    for field in other.fields:
        known = fields.get(field.name)
        fields[field.name] = field if known is None else _join_fields(known, field)
    return Template(tuple(fields.values()))


def _join_types(
    mine: tuple[tuple[str, Template], ...], other: tuple[tuple[str, Template], ...]
) -> tuple[tuple[str, Template], ...]:
    joined = dict(mine)
    for concrete, template in other:
        joined[concrete] = join(joined.get(concrete, Template()), template)
    return tuple(joined.items())


def _join_fields(mine: TemplateField, other: TemplateField) -> TemplateField:
    nested = mine.nested if other.nested is None else join(mine.nested or Template(), other.nested)
    return TemplateField(mine.name, mine.response_key, mine.required or other.required, nested)


def clash(mine: Template, other: Template) -> bool:
    """Whether one name is taken from different response keys, as with different arguments of one field."""
    if mine.by_type is not None and other.by_type is not None:
        theirs = dict(other.by_type)
        return any(clash(template, theirs.get(concrete, Template())) for concrete, template in mine.by_type)
    known = {field.name: field for field in other.fields}
    return any(_fields_clash(field, known[field.name]) for field in mine.fields if field.name in known)


def _fields_clash(mine: TemplateField, other: TemplateField) -> bool:
    if mine.response_key != other.response_key:
        return True
    return mine.nested is not None and other.nested is not None and clash(mine.nested, other.nested)
