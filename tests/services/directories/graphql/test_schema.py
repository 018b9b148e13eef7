"""The schema explains itself."""

from collections.abc import Iterator

from graphql import build_ast_schema, parse

from services.directories.graphql.schema import schema

SCALARS = {"String", "Boolean", "Int", "ID"}
OF_FEDERATION = {"_service", "_entities"}
OF_THE_CHASSIS = {"ErrorCode"}


def undescribed() -> Iterator[str]:
    """Names of what has no description, `Type.field(argument)`; the root types themselves need none."""
    types = build_ast_schema(parse(schema.as_str()), assume_valid=True).type_map
    for name, kind in types.items():
        if name.startswith("_") or name in SCALARS | OF_THE_CHASSIS:
            continue
        if not kind.description and name not in {"Query", "Mutation"}:
            yield name
        for member, what in {**getattr(kind, "fields", {}), **getattr(kind, "values", {})}.items():
            if member in OF_FEDERATION:
                continue
            if not what.description:
                yield f"{name}.{member}"
            yield from (f"{name}.{member}({a})" for a, of in getattr(what, "args", {}).items() if not of.description)


def test_every_type_field_argument_and_value_is_described() -> None:
    assert list(undescribed()) == []
