"""Making positions: below a field, and for the objects of one type where a type may have several."""

from collections.abc import Iterable, Mapping

from gateway.planner.candidates import Asked, Candidates
from gateway.planner.clashes import Clashes
from gateway.planner.drafts import Position, Slot
from gateway.planner.plan import Path, Step, StepKind
from gateway.planner.reach import Reach, Selections
from gateway.supergraph import Supergraph


class Positions:
    def __init__(self, supergraph: Supergraph, reach: Reach, candidates: Candidates) -> None:
        self._supergraph = supergraph
        self._reach = reach
        self._candidates = candidates
        self._clashes = Clashes(supergraph, reach)
        self._clashing: dict[Position, frozenset[str]] = {}

    def child(self, asked: Asked) -> Position:
        position, key = asked.position, asked.key
        lists = self._supergraph.types[asked.type_name].fields[asked.field.name].type.count("[")
        path: Path = (*position.path, Step(StepKind.KEY, key), *([Step(StepKind.ITEMS)] * lists))
        client = position.client.get(key)
        selections = client.selections if client is not None and not client.removed else ()
        child = Position(asked.named, path, position.keys, self._reach.fields(asked.named, selections), selections)
        child.typed_by = position.typed_by
        child.alternatives, child.members = self._candidates.alternatives(asked)
        position.children[key] = child
        return child

    def members(self, position: Position) -> Iterable[str]:
        possible = self._supergraph.possible[position.type_name]
        return [name for name in possible if position.members is None or name in position.members]

    def telling(self, position: Position, selections: Selections) -> list[str]:
        """The graphs that have the real interface; first those that answer most of what is asked of its types."""
        name = position.type_name
        real = [
            graph
            for graph in self._supergraph.types[name].keys
            if not self._supergraph.is_interface_object(name, graph)
        ]
        return sorted(real, key=lambda graph: -self._answered(name, graph, selections))

    def _answered(self, type_name: str, graph: str, selections: Selections) -> int:
        return sum(
            self._reach.direct(concrete, field.name, graph, None, None) is not None
            for concrete in self._supergraph.concrete(type_name, graph)
            for field in self._reach.fields(concrete, selections).values()
        )

    def of_type(self, concrete: str, position: Position, real: Mapping[str, Slot]) -> Position | None:
        """The position for objects of one type, None if no graph here knows the type."""
        knowing = {
            graph: slot for graph, slot in real.items() if concrete in self._supergraph.concrete(slot.graph_type, graph)
        }
        if not knowing:
            return None
        below = position.by_type.get(concrete) or self._new_of_type(concrete, position, next(iter(knowing.values())))
        for graph, slot in knowing.items():
            below.slots.setdefault(graph, Slot(slot.fetch, slot.wire.on(concrete), concrete, slot.view))
        for graph, slot in position.slots.items():
            if slot.interface_object:
                below.slots.setdefault(graph, Slot(slot.fetch, slot.wire, slot.graph_type, None, interface_object=True))
                below.clashing = self._clashing_at(position)
        return below

    def _clashing_at(self, position: Position) -> frozenset[str]:
        """Interface objects are asked for objects of all types at once, so for nothing that depends on the type."""
        if position not in self._clashing:
            self._clashing[position] = self._clashes.keys(position.type_name, position.client_selections)
        return self._clashing[position]

    def _new_of_type(self, concrete: str, position: Position, telling: Slot) -> Position:
        selections = position.client_selections
        path: Path = (*position.path, Step(StepKind.TYPE, concrete))
        below = Position(concrete, path, position.keys, self._reach.fields(concrete, selections), selections)
        below.typed_by = position.typed_by | {telling.fetch}
        below.alternatives = tuple(
            at
            for at in position.alternatives
            if at.interface is not None or concrete in self._supergraph.concrete(position.type_name, at.graph)
        )
        position.by_type[concrete] = below
        return below
