"""Columns for the types of a schema and what is asked of them."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    is_leaf_type,
)

from gateway.executor.columns import (
    Column,
    Irregular,
    by_type,
    integers,
    leaves,
    lists,
    names,
    nullable,
    objects,
    shared,
)
from gateway.executor.declared import ANYTHING, Selections, Types, declared_type, fast_kinds
from gateway.supergraph import Selected, Supergraph, collect_fields


class ColumnCompiler:
    """Each type is compiled when first met. Raises Irregular for what is completed the careful way only."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph
        self._objects: dict[tuple[str, Selections], Column] = {}

    def values(self, declared: Any, selections: Selections) -> Column:
        """A column of values of the type."""
        required = isinstance(declared, GraphQLNonNull)
        inner = declared.of_type if required else declared
        if isinstance(inner, GraphQLEnumType):
            return names(frozenset(inner.values) if required else frozenset(inner.values) | {None})
        if is_leaf_type(inner) and inner.name != "Int":
            return leaves(fast_kinds(declared) or ANYTHING)
        column = integers if is_leaf_type(inner) else self._present(inner, selections)
        return column if required else nullable(column)

    def _present(self, declared: Any, selections: Selections) -> Column:
        if isinstance(declared, GraphQLList):
            return lists(self.values(declared.of_type, selections))
        if isinstance(declared, GraphQLObjectType):
            return self._objects_of(declared.name, selections)
        return self._abstract(declared, selections)

    def _objects_of(self, type_name: str, selections: Selections) -> Column:
        found = self._objects.get((type_name, selections))
        if found is None:
            wanted = collect_fields(self._supergraph, type_name, selections).values()
            found = self._objects[type_name, selections] = self._compile(type_name, list(wanted))
        return found

    def _compile(self, type_name: str, wanted: list[Selected]) -> Column:
        constants: dict[str, Any] = {}
        fields: list[tuple[str, Column]] = []
        for field in wanted:
            if field.name == "__typename":
                constants[field.response_key] = type_name
                continue
            declared = None if field.is_meta else declared_type(self._supergraph, type_name, field.name)
            if declared is None or (field.removed and isinstance(declared, GraphQLNonNull)):
                raise Irregular
            if field.removed:
                constants[field.response_key] = None
            else:
                column = self.values(declared, field.selections)
                fields.append((field.response_key, shared(column) if field.selections else column))
        if not fields:
            raise Irregular
        return objects(fields, constants, [field.response_key for field in wanted])

    def _abstract(self, declared: GraphQLInterfaceType | GraphQLUnionType, selections: Selections) -> Column:
        types = Types.of(self._supergraph, declared, selections)

        def column_of(name: str) -> Column:
            if name not in types.possible and name != types.default:
                raise Irregular
            return self._objects_of(name, selections)

        return by_type(column_of, types.default)
