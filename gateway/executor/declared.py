"""What the public schema declares, as completing values needs it."""

from typing import NamedTuple, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    is_leaf_type,
)

from gateway.supergraph import SelectionSet, Supergraph, needs_runtime_type

Selections: TypeAlias = tuple[SelectionSet, ...]
_NULL = type(None)
_JSON = frozenset({str, int, float, bool, list, dict})
ANYTHING = _JSON | {_NULL}
INTEGERS = range(-(2**31), 2**31)
_SCALARS: dict[str, frozenset[type]] = {
    "String": frozenset({str}),
    "Boolean": frozenset({bool}),
    "Float": frozenset({int, float}),
    "ID": frozenset({str}),
}


def declared_type(supergraph: Supergraph, type_name: str, field: str) -> GraphQLOutputType:
    parent = supergraph.public.type_map[type_name]
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):  # pragma: no cover - validated before
        raise TypeError(type_name)
    declared: GraphQLOutputType = parent.fields[field].type
    return declared


def fast_kinds(declared: GraphQLOutputType) -> frozenset[type] | None:
    """The Python types of values that may pass as they are; None where each value must be looked at."""
    nulls: frozenset[type] = frozenset() if isinstance(declared, GraphQLNonNull) else frozenset({_NULL})
    inner = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
    if not is_leaf_type(inner) or isinstance(inner, GraphQLEnumType) or inner.name == "Int":
        return nulls or None
    return _SCALARS.get(inner.name, _JSON) | nulls


class Types(NamedTuple):
    """Which types an object of an abstract type may have.

    `hidden` ones exist and are not told of; `default` is that of objects whose real type nobody asked for.
    """

    possible: frozenset[str]
    hidden: frozenset[str]
    default: str | None

    @classmethod
    def of(
        cls, supergraph: Supergraph, declared: GraphQLInterfaceType | GraphQLUnionType, selections: Selections
    ) -> "Types":
        possible = frozenset(found.name for found in supergraph.public.get_possible_types(declared))
        hidden = frozenset(supergraph.possible[declared.name]) - possible
        untyped = isinstance(declared, GraphQLInterfaceType) and not needs_runtime_type(
            supergraph, declared.name, selections
        )
        return cls(possible, hidden, declared.name if untyped else None)
