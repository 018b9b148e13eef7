"""Entering a graph at a position: by a key, by a key and required fields, or at the root."""

from collections.abc import Callable

from gateway.planner.drafts import FetchDraft, Position, Slot, Wire
from gateway.planner.plan import PlanningError, Template
from gateway.planner.reach import Reach
from gateway.planner.templates import join, template_of
from gateway.supergraph import Key, SelectionSet, Supergraph

Provide = Callable[[Position, str, SelectionSet], set[FetchDraft]]


class Entries:
    """Makes the fetches of a plan. `provide` plans internal fields at a position and says what delivers them."""

    def __init__(self, supergraph: Supergraph, reach: Reach, provide: Provide) -> None:
        self.fetches: list[FetchDraft] = []
        self.before: tuple[FetchDraft, ...] = ()
        self._supergraph = supergraph
        self._reach = reach
        self._provide = provide
        self._roots = {name: operation for operation, name in supergraph.roots.items()}

    def enter(self, position: Position, type_name: str, via: str, graph: str) -> Slot:
        """The slot of the graph at the position, entered now if it does not stand there. Raises PlanningError."""
        slot = position.slots.get(graph)
        if slot is None and type_name in self._roots:
            slot = position.slots[graph] = self._enter_root(position, type_name, graph)
        elif slot is None:
            slot = position.slots[graph] = self._enter_once(position, type_name, via, graph)
        return slot

    def enter_alone(self, position: Position, type_name: str, via: str, graph: str) -> Slot:
        """A slot that is only this position's, whatever else stands here. Raises PlanningError."""
        slot = position.own_slots.get((graph, via))
        if slot is None:
            slot = position.own_slots[graph, via] = self._enter_once(position, type_name, via, graph)
        return slot

    def _enter_root(self, position: Position, type_name: str, graph: str) -> Slot:
        """Below a field that gives the root type again, queries start anew, once that field is answered."""
        operation = "query" if position.path else self._roots[type_name]
        after = set(position.fetches()) if position.path else set(self.before)
        fetch = self._fetch(graph, position, None, Template(), after, operation)
        return Slot(fetch, fetch.wire, type_name)

    def _enter_once(self, position: Position, type_name: str, via: str, graph: str) -> Slot:
        mark = ("enter", graph, via)
        if mark in position.busy:
            raise PlanningError(f"{via} can be entered in {graph} only through itself.")
        position.busy.add(mark)
        try:
            return self._enter_by_key(position, type_name, via, graph)
        finally:
            position.busy.discard(mark)

    def _enter_by_key(self, position: Position, type_name: str, via: str, graph: str) -> Slot:
        template, after = self._by_key(position, type_name, via, graph)
        return self._slot(self._fetch(graph, position, via, template, after), via, graph)

    def _by_key(self, position: Position, type_name: str, via: str, graph: str) -> tuple[Template, set[FetchDraft]]:
        """The representation by the nearest key whose fields can be had, and what delivers them."""
        for key in self._reach.keys_from(type_name, position.standing(), via, graph):
            if self._reach.can_select(type_name, position.standing(), (key.selection,)):
                try:
                    return self._represent(position, type_name, key)
                except PlanningError:
                    continue
        raise PlanningError(f"No key leads to {via} in {self._supergraph.graphs[graph].name}.")

    def _represent(self, position: Position, type_name: str, key: Key) -> tuple[Template, set[FetchDraft]]:
        after = self._provide(position, type_name, key.selection)
        return template_of(self._reach, position, type_name, (key.selection,), required=True), after

    def enter_with(
        self, position: Position, type_name: str, via: str, graph: str, field: str, requires: SelectionSet
    ) -> Slot:
        """A slot of its own for the fields of a graph that require the same; entered by key and required fields."""
        slot = position.requires_slots.get((graph, requires))
        if slot is not None:
            return slot
        mark = ("requires", field, graph)
        position.busy.add(mark)
        try:
            slot = self._enter_with(position, type_name, via, graph, requires)
        finally:
            position.busy.discard(mark)
        position.requires_slots[graph, requires] = slot
        return slot

    def _enter_with(self, position: Position, type_name: str, via: str, graph: str, requires: SelectionSet) -> Slot:
        needed = self._provide(position, type_name, requires)
        required = template_of(self._reach, position, type_name, (requires,), required=False)
        template, after = self._by_key(position, type_name, via, graph)
        return self._slot(self._fetch(graph, position, via, join(template, required), after | needed), via, graph)

    def _slot(self, fetch: FetchDraft, via: str, graph: str) -> Slot:
        interface_object = self._supergraph.is_interface_object(via, graph)
        return Slot(fetch, fetch.wire.on(via), via, None, interface_object)

    def _fetch(
        self,
        graph: str,
        position: Position,
        type_name: str | None,
        template: Template,
        after: set[FetchDraft],
        operation: str = "query",
    ) -> FetchDraft:
        waits = after | position.typed_by
        fetch = FetchDraft(graph, operation, position.path, type_name, template, waits, Wire("_Entity"))
        self.fetches.append(fetch)
        return fetch
