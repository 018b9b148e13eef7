"""The tables of a supergraph: which graph has which type, answers which field, and by which key it is entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql import GraphQLSchema

from gateway.supergraph.selections import SelectionSet


class SupergraphError(Exception):
    """The supergraph SDL cannot be used; the message says why."""


class Kind(StrEnum):
    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    SCALAR = "scalar"
    INPUT = "input"

    @property
    def is_composite(self) -> bool:
        return self in {Kind.OBJECT, Kind.INTERFACE, Kind.UNION}


@dataclass(frozen=True, slots=True)
class Graph:
    """A subgraph: its identifier in the join directives, its name, and where it listens."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class AppliedDirective:
    """A directive that is not federation's own, as applied, with its arguments as plain values."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A way into an entity. One that is not resolvable names the entity but cannot be entered by."""

    selection: SelectionSet
    resolvable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Resolver:
    """How one graph answers a field. `type` is as that graph declares it, for example `[Book!]`."""

    type: str
    requires: SelectionSet | None = None
    provides: SelectionSet | None = None


@dataclass(frozen=True, slots=True, eq=False)
class JoinedField:
    """A field of the supergraph and the graphs that answer it by themselves (external and overridden ones do not)."""

    name: str
    type: str
    resolvers: Mapping[str, Resolver]

    @property
    def named(self) -> str:
        return named_type(self.type)


@dataclass(frozen=True, slots=True, eq=False)
class JoinedType:
    """A type of the supergraph. `keys` has an entry, maybe empty, for each graph that has the type."""

    name: str
    kind: Kind
    fields: Mapping[str, JoinedField]
    keys: Mapping[str, tuple[Key, ...]]
    interface_object_in: frozenset[str]
    interfaces: frozenset[str]
    implements: Mapping[str, frozenset[str]]
    members: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Supergraph:
    """Everything planning needs, and the public schema that clients see and are validated against."""

    graphs: Mapping[str, Graph]
    types: Mapping[str, JoinedType]
    roots: Mapping[str, str]
    possible: Mapping[str, tuple[str, ...]]
    known: Mapping[tuple[str, str], frozenset[str]]
    field_directives: Mapping[tuple[str, str], tuple[AppliedDirective, ...]]
    type_directives: Mapping[str, tuple[AppliedDirective, ...]]
    public: GraphQLSchema

    def is_composite(self, type_name: str) -> bool:
        found = self.types.get(type_name)
        return found is not None and found.kind.is_composite

    def is_interface_object(self, type_name: str, graph: str) -> bool:
        """Whether the graph has this interface as if it were an object, not knowing who implements it."""
        return graph in self.types[type_name].interface_object_in

    def concrete(self, type_name: str, graph: str) -> frozenset[str]:
        """The object types that a graph can answer with where it declares `type_name`."""
        return self.known.get((type_name, graph), frozenset())

    def resolver(self, type_name: str, field: str, graph: str) -> Resolver | None:
        """How the graph answers the field, None where it does not by itself."""
        joined = self.types[type_name]
        found = joined.fields.get(field)
        return None if found is None or graph not in joined.keys else found.resolvers.get(graph)

    def satisfies(self, type_name: str, condition: str) -> bool:
        """Whether every object that stands as `type_name` meets a fragment's type condition."""
        return (
            condition == type_name
            or type_name in self.possible.get(condition, ())
            or condition in self.types[type_name].interfaces
        )


def named_type(text: str) -> str:
    """`[Book!]!` is a list of `Book`."""
    return text.strip("[]! ")
