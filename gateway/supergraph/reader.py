"""Supergraph SDL to tables, for Federation 1 and 2 (join specification 0.1 to 0.5)."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, SchemaDefinitionNode, parse
from graphql.language import ast

from gateway.supergraph.applied import Naming, directives_of_fields, directives_of_types
from gateway.supergraph.features import applied, check_features, feature_names, is_machinery, known_directives
from gateway.supergraph.joins import KINDS, Joins, known_types
from gateway.supergraph.labels import override_labels
from gateway.supergraph.model import Graph, JoinedType, Kind, Supergraph, SupergraphError
from gateway.supergraph.public import public_schema

_DEFAULT_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def read_supergraph(sdl: str, labels: AbstractSet[str] = frozenset()) -> Supergraph:
    """Read the SDL; `labels` are the progressive override labels that are on. Raises SupergraphError."""
    return SupergraphReader(sdl).read(labels)


class SupergraphReader:
    """An SDL, parsed once and read for each set of override labels that may be on."""

    def __init__(self, sdl: str) -> None:
        """Raises SupergraphError."""
        try:
            document = parse(sdl, no_location=True)
        except GraphQLError as error:
            raise SupergraphError(error.message) from error
        features = feature_names(document)
        check_features(document)
        definitions = [node for node in document.definitions if type(node) in KINDS]
        self._graphs = {graph.id: graph for graph in _graphs(definitions)}
        if not self._graphs:
            raise SupergraphError("it names no subgraph: the enum join__Graph is missing or empty")
        self._document = document
        self._own = [node for node in definitions if not is_machinery(_name(node), features)]
        self._naming = Naming(features, known_directives(document))
        self.labels = override_labels(self._own)

    def read(self, labels: AbstractSet[str]) -> Supergraph:
        """What the graph is while these override labels are on, and no others. Raises SupergraphError."""
        try:
            return self._read(Joins(self._graphs, frozenset(labels)))
        except GraphQLError as error:
            raise SupergraphError(error.message) from error

    def _read(self, joins: Joins) -> Supergraph:
        types = {table.name: table for table in map(joins.read, self._own)}
        possible = _possible(types, self._own)
        return Supergraph(
            graphs=self._graphs,
            types=types,
            roots=_roots(self._document, types),
            possible=possible,
            known=known_types(types, possible),
            field_directives=directives_of_fields(self._own, self._naming),
            type_directives=directives_of_types(self._own, self._naming),
            public=self._public,
        )

    @cached_property
    def _public(self) -> GraphQLSchema:
        return public_schema(self._document, self._own)


def _graphs(definitions: list[ast.DefinitionNode]) -> Iterator[Graph]:
    for node in definitions:
        if isinstance(node, ast.EnumTypeDefinitionNode) and node.name.value == "join__Graph":
            for value in node.values or ():
                for join in applied(value, "join__graph"):
                    yield Graph(value.name.value, join["name"], join.get("url") or "")


def _roots(document: DocumentNode, types: Mapping[str, JoinedType]) -> dict[str, str]:
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode):
            return {root.operation.value: root.type.name.value for root in node.operation_types}
    return {operation: name for operation, name in _DEFAULT_ROOTS.items() if name in types}


def _possible(types: Mapping[str, JoinedType], own: list[ast.DefinitionNode]) -> dict[str, tuple[str, ...]]:
    """The object types of each composite type, in the order of the SDL."""
    objects = [table for table in types.values() if table.kind is Kind.OBJECT]
    possible: dict[str, tuple[str, ...]] = {table.name: (table.name,) for table in objects}
    for table in types.values():
        if table.kind is Kind.INTERFACE:
            possible[table.name] = tuple(item.name for item in objects if table.name in item.interfaces)
    for node in own:
        if isinstance(node, ast.UnionTypeDefinitionNode):
            possible[node.name.value] = tuple(member.name.value for member in node.types or ())
    return possible


def _name(node: Any) -> str:
    return str(node.name.value)
