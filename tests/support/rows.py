"""The lists of objects of all subgraphs, and which of them are about the same object: those with equal keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FieldNode, SelectionSetNode

from tests.support.local_schemas import LocalType
from tests.support.subgraphs import Subgraph
from tests.support.tables import ROOTS

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Facet:
    """What one subgraph has of an object, and as which of its types."""

    graph: str
    type_name: str
    item: Object


class Rows:
    def __init__(self, subgraphs: Mapping[str, Subgraph]) -> None:
        self._subgraphs = subgraphs
        self._interfaces: dict[str, set[str]] = {}
        self._found: dict[tuple[str, bytes], list[Facet]] = {}
        for graph in subgraphs.values():
            for name, local in graph.types.items():
                self._interfaces.setdefault(name, set()).update(local.interfaces)
        self._keys = self._all_keys()
        for name, graph in subgraphs.items():
            for type_name, items in graph.data.items():
                for item in () if type_name in ROOTS else items:
                    self._keep(Facet(name, item["__typename"], item))

    def local(self, facet: Facet) -> LocalType:
        return self._subgraphs[facet.graph].types[facet.type_name]

    def of_one(self, facets: list[Facet]) -> list[Facet]:
        """The facets and all others that keys lead to from them."""
        found = {(facet.graph, id(facet.item)): facet for facet in facets}
        grown = 0
        while grown < len(found):
            grown = len(found)
            for entry in self._entries(list(found.values())):
                for facet in self._found.get(entry, ()):
                    found.setdefault((facet.graph, id(facet.item)), facet)
        return list(found.values())

    def _all_keys(self) -> dict[str, list[SelectionSetNode]]:
        """By type; the keys of an interface are keys of all its implementers."""
        keys: dict[str, list[SelectionSetNode]] = {}
        for graph in self._subgraphs.values():
            for name, local in graph.types.items():
                for about in {name, *(one for one, above in self._interfaces.items() if name in above)}:
                    keys.setdefault(about, []).extend(local.keys)
        return keys

    def _keep(self, facet: Facet) -> None:
        for entry in self._entries([facet]):
            self._found.setdefault(entry, []).append(facet)

    def _entries(self, facets: list[Facet]) -> Iterable[tuple[str, bytes]]:
        """Under its own type and, so that interface objects meet the real ones, under its interfaces."""
        own = {facet.type_name for facet in facets}
        for name in own | {above for one in own for above in self._interfaces.get(one, ())}:
            for key in self._keys.get(name, ()):
                values = self._values(key, [(facet.graph, facet.item) for facet in facets])
                if values is not None:
                    yield name, orjson.dumps(values, option=orjson.OPT_SORT_KEYS)

    def _values(self, key: SelectionSetNode, items: list[tuple[str, Object]]) -> Object | None:
        """The values of a key, None where one is null or unknown."""
        values: Object = {}
        for node in key.selections:
            if not isinstance(node, FieldNode):
                return None
            given = [
                (graph, self._read(graph, item[node.name.value])) for graph, item in items if node.name.value in item
            ]
            known = [(graph, value) for graph, value in given if value is not None]
            value = self._value(node.selection_set, known)
            if value is None:
                return None
            values[node.name.value] = value
        return values

    def _value(self, selection: SelectionSetNode | None, known: list[tuple[str, Any]]) -> Any:
        if not known or selection is None:
            return known[0][1] if known else None
        if not isinstance(known[0][1], list):
            return self._values(selection, known)
        rows = zip(*(value for _, value in known), strict=True)
        items = [
            self._values(selection, [(graph, one) for (graph, _), one in zip(known, row, strict=True)]) for row in rows
        ]
        return None if None in items else items

    def _read(self, graph: str, value: Any) -> Any:
        return self._subgraphs[graph].tables.value(value, {}, dict)
