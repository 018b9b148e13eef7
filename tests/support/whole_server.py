"""One server that holds all the data: the public schema over the merged tables of all subgraphs.

What the federated answer must equal. It knows neither plans nor supergraphs: an object is all that the subgraphs have
of it, found by keys, and each field is what the subgraphs that answer it say. Where they say different things, the
data is at fault, and `disagreements` tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
    get_argument_values,
)

from tests.support.required import Read, Taker
from tests.support.rows import Facet, Rows
from tests.support.subgraphs import Subgraph
from tests.support.tables import ROOTS

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """An object with all its facets; `type_name` is its type in the public schema."""

    type_name: str
    facets: tuple[Facet, ...]


class WholeServer:
    def __init__(self, public: GraphQLSchema, subgraphs: Mapping[str, Subgraph]) -> None:
        self.disagreements: list[str] = []
        self._public = public
        self._subgraphs = subgraphs
        self._rows = Rows(subgraphs)
        self._wholes: dict[tuple[tuple[str, int], ...], Whole] = {}
        self._takers = {
            name: Taker(graph.schema, self._reader(graph.schema), _type_of) for name, graph in subgraphs.items()
        }
        self._overridden = {
            (local.overrides, type_name, field)
            for graph in subgraphs.values()
            for type_name, table in graph.types.items()
            for field, local in table.fields.items()
            if local.overrides
        }

    def ask(self, document: DocumentNode, variables: Mapping[str, Any]) -> Object:
        """The answer as a client reads it."""
        result = execute_sync(
            self._public,
            document,
            root_value=self._root("Query"),
            variable_values=dict(variables),
            field_resolver=self._resolve,
            type_resolver=lambda whole, *_: whole.type_name,
        )
        answer: Object = orjson.loads(orjson.dumps(result.formatted))
        return answer

    def _root(self, type_name: str) -> Whole:
        facets = (Facet(name, type_name, graph.data.get(type_name, {})) for name, graph in self._subgraphs.items())
        return Whole(type_name, tuple(facets))

    def _resolve(self, whole: Whole, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        return self.field(whole, info.field_name, arguments)

    def field(self, whole: Whole, name: str, arguments: Object) -> Any:
        """What the subgraphs that answer the field say together."""
        said: list[tuple[str, str, Any]] = []
        for facet in whole.facets:
            if name in facet.item and self._answers(facet, name):
                local = self._subgraphs[facet.graph].types[facet.type_name].fields[name]
                said.append((facet.graph, local.named, self._said(whole, facet, name, arguments)))
        return self._together(f"{whole.type_name}.{name}", said)

    def _answers(self, facet: Facet, field: str) -> bool:
        local = self._subgraphs[facet.graph].types.get(facet.type_name)
        known = local.fields.get(field) if local else None
        return (
            known is not None and not known.external and (facet.graph, facet.type_name, field) not in self._overridden
        )

    def _said(self, whole: Whole, facet: Facet, field: str, arguments: Object) -> Any:
        graph = self._subgraphs[facet.graph]
        selection = graph.types[facet.type_name].fields[field].requires

        def required() -> Object:
            return self._takers[facet.graph].take(whole, facet.type_name, selection) if selection else {}

        return graph.tables.value(facet.item[field], arguments, required)

    def _reader(self, schema: GraphQLSchema) -> Read:
        """Reads what a subgraph requires by its own schema, which has hidden fields too."""

        def read(whole: Whole, type_name: str, node: FieldNode) -> Any:
            declared: Any = schema.type_map[type_name]
            return self.field(whole, node.name.value, get_argument_values(declared.fields[node.name.value], node))

        return read

    def _together(self, place: str, said: list[tuple[str, str, Any]]) -> Any:
        """One value of what several say: objects are merged, lists item by item."""
        values = [value for _, _, value in said]
        if not values or all(value is None for value in values):
            return None
        if all(isinstance(value, dict) for value in values) and self._is_composite(said[0]):
            return self._whole(place, said)
        if all(isinstance(value, list) and len(value) == len(values[0]) for value in values):
            return [
                self._together(place, [(graph, named, value[index]) for graph, named, value in said])
                for index in range(len(values[0]))
            ]
        if any(orjson.dumps(value) != orjson.dumps(values[0]) for value in values):
            self.disagreements.append(f"{place} is {values}")
        return values[0]

    def _is_composite(self, said: tuple[str, str, Any]) -> bool:
        graph, named, _ = said
        return named in self._subgraphs[graph].types

    def _whole(self, place: str, said: list[tuple[str, str, Any]]) -> Whole:
        if said[0][1] in ROOTS:
            return self._root(said[0][1])
        known = tuple((graph, id(value)) for graph, _, value in said)
        whole = self._wholes.get(known)
        if whole is None:
            facets = [Facet(graph, value.get("__typename", named), value) for graph, named, value in said]
            whole = self._wholes[known] = self._grown(place, facets)
        return whole

    def _grown(self, place: str, facets: list[Facet]) -> Whole:
        facets = self._rows.of_one(facets)
        names = {facet.type_name for facet in facets if not self._rows.local(facet).is_interface_object}
        if len(names) != 1 or not isinstance(self._public.type_map.get(next(iter(names))), GraphQLObjectType):
            self.disagreements.append(f"{place} is of the types {sorted(names)}")
        return Whole(min(names, default="?"), tuple(facets))


def _type_of(whole: Whole) -> str:
    return whole.type_name
