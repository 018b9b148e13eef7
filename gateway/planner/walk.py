"""Planning by response position: at each place of the answer, choose who answers each field, and go below.

A position holds the fetches that already stand on its object. A field is answered by the best graph that keys lead to
from there; where none leads to the whole sub-selection, the next one is added and their answers are merged.
"""

from collections.abc import Mapping

from gateway.planner.candidates import Asked, Candidate, Candidates
from gateway.planner.drafts import FetchDraft, Position, Reached, Slot, Wire, WireField
from gateway.planner.entries import Entries
from gateway.planner.plan import PlanningError
from gateway.planner.positions import Positions
from gateway.planner.reach import Reach, Selections
from gateway.planner.unanswered import Unanswered
from gateway.supergraph import Kind, Selected, SelectionSet, Supergraph, needs_runtime_type

Fetches = set[FetchDraft]


class Walk:
    """Plans selections; each method returns the fetches that deliver what it planned."""

    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self.entries = Entries(supergraph, reach, self.provide)
        self._supergraph = supergraph
        self._reach = reach
        self._candidates = Candidates(supergraph, reach)
        self._unanswered = Unanswered(supergraph, reach)
        self._positions = Positions(supergraph, reach, self._candidates)

    def provide(self, position: Position, type_name: str, selection: SelectionSet) -> Fetches:
        """Plan what a key or a @requires needs here."""
        return self.fields(position, type_name, self._reach.fields(type_name, (selection,)), internal=True)

    def select(self, position: Position, selections: Selections, *, internal: bool) -> Fetches:
        if self._supergraph.types[position.type_name].kind is Kind.OBJECT:
            wanted = self._reach.fields(position.type_name, selections)
            return self.fields(position, position.type_name, wanted, internal=internal)
        return self._select_abstract(position, selections, internal=internal)

    def fields(self, position: Position, type_name: str, wanted: Mapping[str, Selected], *, internal: bool) -> Fetches:
        """Plan fields of an object; those with @requires last, so that what they need may be there by then."""
        asked = [
            self._asked(position, type_name, field, internal=internal)
            for field in wanted.values()
            if not field.is_meta and not field.removed
        ]
        if not asked:
            return set(list(position.fetches())[:1])
        self._reach.spend(len(asked))
        if not internal:
            position.wanted.update({one.key: one.field for one in asked})
        delivering: Fetches = set()
        for one in sorted(asked, key=self._requires_something):
            delivering |= self._answer(one, internal=internal)
        return delivering

    def _asked(self, position: Position, type_name: str, field: Selected, *, internal: bool) -> Asked:
        joined = self._supergraph.types[type_name].fields.get(field.name)
        if joined is None:
            raise PlanningError(f"{type_name}.{field.name} is in no subgraph.")
        key = position.key_for(field.name, field.arguments) if internal else field.response_key
        composite = self._supergraph.is_composite(joined.named)
        return Asked(position, type_name, key, field, joined.named, composite)

    def _requires_something(self, asked: Asked) -> bool:
        resolvers = self._supergraph.types[asked.type_name].fields[asked.field.name].resolvers.values()
        return any(resolver.requires is not None for resolver in resolvers)

    def _answer(self, asked: Asked, *, internal: bool) -> Fetches:
        known = asked.position.delivered.get(asked.key)
        if known is not None and not asked.is_composite:
            return known
        child = asked.position.children.get(asked.key)
        if known is not None and child is not None and self._is_enough(asked, child):
            return known | self.select(child, asked.field.selections, internal=internal)
        return self._choose(asked, internal=internal)

    def _is_enough(self, asked: Asked, child: Position) -> bool:
        """Whether the graphs that stand at the child lead to all that is asked below."""
        return bool(child.slots) and self._reach.can_select(asked.named, child.standing(), asked.field.selections)

    def _choose(self, asked: Asked, *, internal: bool) -> Fetches:
        refused: PlanningError | None = None
        waiting = self._candidates.ranked(asked)
        while waiting:
            candidate = self._next(asked, waiting)
            waiting.remove(candidate)
            try:
                slot = self._slot(asked, candidate)
            except PlanningError as error:
                refused = error
                continue
            if asked.key in asked.position.delivered and not asked.is_composite:
                break  # the way to this graph has asked it already
            self._ask(asked, candidate, slot)
            child = asked.position.children.get(asked.key)
            if child is None or candidate.complete or self._is_enough(asked, child):
                return self._below(asked, child, internal=internal)
        child = asked.position.children.get(asked.key)
        if asked.key in asked.position.delivered and (child is None or child.slots):
            return self._below(asked, child, internal=internal)
        raise refused or PlanningError(f"No subgraph can answer {asked.type_name}.{asked.field.name} here.")

    def _next(self, asked: Asked, waiting: list[Candidate]) -> Candidate:
        """The best; where graphs stand at the child already, the one that adds most to what they answer together."""
        child = asked.position.children.get(asked.key)
        if child is None or not child.slots:
            return waiting[0]
        standing = child.standing()
        return min(
            waiting,
            key=lambda one: self._unanswered.count(asked.named, (*standing, one.below), asked.field.selections),
        )

    def _below(self, asked: Asked, child: Position | None, *, internal: bool) -> Fetches:
        delivering = asked.position.delivered[asked.key]
        if child is None:
            return delivering
        return delivering | self.select(child, asked.field.selections, internal=internal)

    def _slot(self, asked: Asked, candidate: Candidate) -> Slot:
        reached, requires = candidate.reached, candidate.resolver.requires
        via = reached.interface or reached.via
        if requires is None and self._needs_own_slot(asked, reached):
            return self.entries.enter_alone(asked.position, asked.type_name, via, candidate.graph)
        if requires is None:
            return self.entries.enter(asked.position, asked.type_name, reached.via, candidate.graph)
        return self.entries.enter_with(
            asked.position, asked.type_name, via, candidate.graph, asked.field.name, requires
        )

    def _needs_own_slot(self, asked: Asked, reached: Reached) -> bool:
        """An interface object asked for all types at once does not serve; nor does one of another interface."""
        slot = asked.position.slots.get(reached.graph)
        if reached.interface is None or slot is None:
            return False
        return asked.key in asked.position.clashing or slot.graph_type != reached.interface

    def _ask(self, asked: Asked, candidate: Candidate, slot: Slot) -> None:
        """Put the field into the slot's fetch and let the graph stand at the child. Delivered only from now on."""
        field, graph_type = asked.field, self._reach.graph_type(asked.named, candidate.resolver)
        wire = slot.wire.fields.get(asked.key)
        if wire is None:
            below = Wire(graph_type) if asked.is_composite else None
            wire = WireField(field.name, field.arguments, field.variables, candidate.resolver.type, below)
            slot.wire.fields[asked.key] = wire
        asked.position.delivered.setdefault(asked.key, set()).add(slot.fetch)
        if wire.below is not None:
            child = asked.position.children.get(asked.key) or self._positions.child(asked)
            interface_object = self._reach.is_interface_object(graph_type, candidate.graph)
            new = Slot(slot.fetch, wire.below, graph_type, candidate.below.view, interface_object)
            child.slots.setdefault(candidate.graph, new)

    def _select_abstract(self, position: Position, selections: Selections, *, internal: bool) -> Fetches:
        """One position per type of object that a graph standing here knows; the runtime type is always asked."""
        if all(slot.interface_object for slot in position.slots.values()):
            wanted = self._as_object(position, selections)
            if wanted is not None:
                return self.fields(position, position.type_name, wanted, internal=internal)
            self._learn_type(position, selections)
        real = {graph: slot for graph, slot in position.slots.items() if not slot.interface_object}
        self._check_known(position, selections, real)
        delivering: Fetches = set()
        for slot in real.values():
            slot.wire.typename = True
            delivering.add(slot.fetch)
        for concrete in self._positions.members(position):
            below = self._positions.of_type(concrete, position, real)
            if below is not None:
                delivering |= self.select(below, selections, internal=internal)
        return delivering

    def _as_object(self, position: Position, selections: Selections) -> Mapping[str, Selected] | None:
        """The fields, if interface objects can answer all of them and nobody asks for the runtime type."""
        if needs_runtime_type(self._supergraph, position.type_name, selections):
            return None
        if not self._reach.can_all(position.type_name, position.standing(), selections):
            return None
        return self._reach.fields(position.type_name, selections)

    def _learn_type(self, position: Position, selections: Selections) -> None:
        """Enter a graph that has the real interface."""
        for graph in self._positions.telling(position, selections):
            try:
                self.entries.enter(position, position.type_name, position.type_name, graph)
            except PlanningError:
                continue
            return
        raise PlanningError(f"No subgraph can tell the runtime type of {position.type_name} here.")

    def _check_known(self, position: Position, selections: Selections, real: Mapping[str, Slot]) -> None:
        """An interface of which no graph here knows an implementer must at least be answerable elsewhere."""
        if self._supergraph.types[position.type_name].kind is not Kind.INTERFACE:
            return
        known = any(self._supergraph.concrete(slot.graph_type, graph) for graph, slot in real.items())
        if not known and not self._reach.can_all(position.type_name, position.standing(), selections):
            raise PlanningError(f"No subgraph can answer what is asked of {position.type_name} here.")
