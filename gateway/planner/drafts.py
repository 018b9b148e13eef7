"""What a plan is made of while it is made: positions of the answer, the fetches standing there, what they ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway.planner.keys import InternalKeys
from gateway.planner.plan import Path, Template
from gateway.supergraph import Key, Selected, SelectionSet


class Standing(NamedTuple):
    """A graph that has already answered an object: seen through a @provides, or as an interface object."""

    graph: str
    view: SelectionSet | None = None
    interface: str | None = None


class Reached(NamedTuple):
    """A graph that can answer an object, after entering it as the type `via` if it does not stand there yet.

    `key` is the one that leads there soonest.
    """

    graph: str
    view: SelectionSet | None
    interface: str | None
    via: str
    key: Key | None = None


@dataclass(slots=True, eq=False)
class WireField:
    """A field asked of a subgraph. `type` is as that subgraph declares it."""

    name: str
    arguments: str
    variables: frozenset[str]
    type: str
    below: "Wire | None" = None


@dataclass(slots=True, eq=False)
class Wire:
    """A selection asked of a subgraph, still growing. `type_name` is what the subgraph has there."""

    type_name: str
    fields: dict[str, WireField] = field(default_factory=dict)
    fragments: "dict[str, Wire]" = field(default_factory=dict)
    typename: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.fields and not self.typename and all(wire.is_empty for wire in self.fragments.values())

    def on(self, type_name: str) -> "Wire":
        """The fragment on a type."""
        return self.fragments.setdefault(type_name, Wire(type_name))

    def absorb(self, other: "Wire") -> None:
        self.typename = self.typename or other.typename
        for key, theirs in other.fields.items():
            mine = self.fields.setdefault(key, theirs)
            if mine is not theirs and mine.below is not None and theirs.below is not None:
                mine.below.absorb(theirs.below)
        for type_name, wire in other.fragments.items():
            self.on(type_name).absorb(wire)


@dataclass(slots=True, eq=False)
class FetchDraft:
    """A fetch still growing. Without `type_name` it asks root fields; else entities made by the template."""

    graph: str
    operation: str
    path: Path
    type_name: str | None
    template: Template
    after: "set[FetchDraft]"
    wire: Wire

    def needs(self, other: "FetchDraft") -> bool:
        """Whether this one waits, directly or not, for the other."""
        seen: set[FetchDraft] = set()
        waiting = [self]
        while waiting:
            for before in waiting.pop().after - seen:
                if before is other:
                    return True
                seen.add(before)
                waiting.append(before)
        return False


@dataclass(slots=True, eq=False)
class Slot:
    """A fetch standing at a position: what it asks there, and how its graph sees the object."""

    fetch: FetchDraft
    wire: Wire
    graph_type: str
    view: SelectionSet | None = None
    interface_object: bool = False


class Position:
    """A place in the answer. The client's fields and those needed for keys share it, so each is asked once.

    `typed_by` are the fetches that tell the runtime types by which objects are chosen on the way here. `clashing` keys
    mean something else at objects of other types, for which the slots of interface objects ask too.
    """

    def __init__(
        self,
        type_name: str,
        path: Path,
        keys: InternalKeys,
        client: Mapping[str, Selected],
        client_selections: tuple[SelectionSet, ...] = (),
    ) -> None:
        """`client` are the client's fields here by response key."""
        self.type_name = type_name
        self.path = path
        self.client = client
        self.client_selections = client_selections
        self.slots: dict[str, Slot] = {}
        self.children: dict[str, Position] = {}
        self.by_type: dict[str, Position] = {}
        self.own_slots: dict[tuple[str, str], Slot] = {}
        self.delivered: dict[str, set[FetchDraft]] = {}
        self.requires_slots: dict[tuple[str, SelectionSet], Slot] = {}
        self.busy: set[object] = set()
        self.wanted: dict[str, Selected] = {}
        self.members: frozenset[str] | None = None
        self.typed_by: frozenset[FetchDraft] = frozenset()
        self.alternatives: tuple[Standing, ...] = ()
        self.clashing: frozenset[str] = frozenset()
        self.keys = keys
        self._given = {
            (field.name, field.arguments): key for key, field in reversed(list(client.items())) if not field.removed
        }

    def standing(self) -> tuple[Standing, ...]:
        return tuple(
            Standing(graph, slot.view, slot.graph_type if slot.interface_object else None)
            for graph, slot in self.slots.items()
        )

    def fetches(self) -> Iterable[FetchDraft]:
        return (slot.fetch for slot in self.slots.values())

    def key_for(self, name: str, arguments: str) -> str:
        """The response key under which a field is asked, the client's where the client asks the same."""
        return self._given.get((name, arguments)) or self.keys.of(name, arguments)
