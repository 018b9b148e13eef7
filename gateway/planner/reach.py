"""What can be answered from where: pure questions, without planning anything."""

from collections.abc import Mapping

from gateway.planner.answering import Answering
from gateway.planner.drafts import Reached, Standing
from gateway.planner.proofs import Proofs
from gateway.supergraph import (
    Key,
    Kind,
    Resolver,
    Selected,
    SelectionSet,
    Supergraph,
    collect_fields,
    needs_runtime_type,
)

Selections = tuple[SelectionSet, ...]


class Reach(Answering):
    """Remembers its answers; made for one planning run."""

    def __init__(self, supergraph: Supergraph, proofs: Proofs) -> None:
        super().__init__(supergraph)
        self._proofs = proofs
        self._fields: dict[tuple[str, Selections], Mapping[str, Selected]] = {}
        self._root_types = frozenset(supergraph.roots.values())

    def spend(self, work: int) -> None:
        """Count work against the budget of the planning run. Raises PlanningError."""
        self._proofs.spend(work)

    def fields(self, type_name: str, selections: Selections) -> Mapping[str, Selected]:
        """The client's or a key's fields of one type, merged."""
        found = self._fields.get((type_name, selections))
        if found is None:
            self._proofs.spend()
            found = collect_fields(self._supergraph, type_name, selections)
            self._fields[type_name, selections] = found
        return found

    def closure(self, type_name: str, standing: tuple[Standing, ...]) -> tuple[Reached, ...]:
        """Every graph that can answer an object: those standing there, then those that keys lead to."""
        if type_name in self._root_types:
            return tuple(Reached(graph, None, None, type_name) for graph in self._supergraph.types[type_name].keys)
        return self._proofs.compute((type_name, standing), lambda: self._closure(type_name, standing))

    def _closure(self, type_name: str, standing: tuple[Standing, ...]) -> tuple[Reached, ...]:
        """Nearest first: each round adds the graphs that are one hop from those of the rounds before."""
        reached = {(at.graph, at.interface): Reached(at.graph, at.view, at.interface, type_name) for at in standing}
        new = reached
        while new:
            before, new = tuple(reached.values()), {}
            for via, graph in self._entrances(type_name):
                interface = via if self._supergraph.is_interface_object(via, graph) else None
                place = graph, interface
                key = None if place in reached or place in new else self._key(type_name, via, graph, before)
                if key is not None:
                    new[place] = Reached(graph, None, interface, via, key)
            reached |= new
        return tuple(reached.values())

    def _entrances(self, type_name: str) -> list[tuple[str, str]]:
        """The types and graphs by which an object can be entered: its own, or an interface object standing for it."""
        table = self._supergraph.types[type_name]
        own = [(type_name, graph) for graph in table.keys]
        if table.kind is not Kind.OBJECT:
            return own
        return own + [
            (interface, graph)
            for interface in sorted(table.interfaces)
            if interface in self._supergraph.types
            for graph in sorted(self._supergraph.types[interface].interface_object_in)
        ]

    def _key(self, type_name: str, via: str, graph: str, reached: tuple[Reached, ...]) -> Key | None:
        """The first key of the graph that the reached graphs answer."""
        return next((key for key in self.keys(via, graph) if self._holds(type_name, key.selection, reached)), None)

    def keys_from(self, type_name: str, standing: tuple[Standing, ...], via: str, graph: str) -> list[Key]:
        """The keys by which the graph can be entered, the one with the shortest way from here first."""
        nearest = [at.key for at in self.closure(type_name, standing) if (at.graph, at.via) == (graph, via)]
        return sorted(self.keys(via, graph), key=lambda key: key not in nearest)

    def _holds(self, type_name: str, selection: SelectionSet, reached: tuple[Reached, ...]) -> bool:
        """Whether the reached graphs answer a key or a @requires of the object.

        What they do not answer may be answered by a graph that is reached later; then it is asked again, so that
        nothing need be searched from here. That keeps the closure cheap where every graph leads to every other.
        """
        if self._supergraph.types[type_name].kind is Kind.OBJECT:
            wanted = self.fields(type_name, (selection,)).values()
            return all(self.can_field(type_name, field, reached) for field in wanted)
        standing = tuple(Standing(at.graph, at.view, at.interface) for at in reached)
        return self._proofs.prove(
            ("holds", type_name, selection, standing),
            ("holds", type_name, selection),
            lambda: self.can_select(type_name, standing, (selection,)),
        )

    def can_select(self, type_name: str, standing: tuple[Standing, ...], selections: Selections) -> bool:
        """Whether all of a selection can be answered for an object standing in these graphs."""
        goal = ("select", type_name, frozenset(standing), selections)
        return self._proofs.prove(goal, goal, lambda: self._can_select(type_name, standing, selections))

    def _can_select(self, type_name: str, standing: tuple[Standing, ...], selections: Selections) -> bool:
        if self._supergraph.types[type_name].kind is Kind.OBJECT:
            return self.can_all(type_name, standing, selections)
        real = tuple(at for at in standing if at.interface is None)
        if not real and self._supergraph.types[type_name].kind is Kind.INTERFACE:
            if not needs_runtime_type(self._supergraph, type_name, selections) and self.can_all(
                type_name, standing, selections
            ):
                return True
            reached = self.closure(type_name, standing)
            real = tuple(Standing(at.graph) for at in reached if at.interface is None)
            if not real:
                return False
        return all(
            self._can_select_as(concrete, type_name, real, standing, selections)
            for concrete in self._supergraph.possible[type_name]
        )

    def _can_select_as(
        self,
        concrete: str,
        type_name: str,
        real: tuple[Standing, ...],
        standing: tuple[Standing, ...],
        selections: Selections,
    ) -> bool:
        knowing = tuple(at for at in real if concrete in self._supergraph.concrete(type_name, at.graph))
        assuming = tuple(at for at in standing if at.interface is not None)
        return not knowing or self.can_select(concrete, knowing + assuming, selections)

    def can_all(self, type_name: str, standing: tuple[Standing, ...], selections: Selections) -> bool:
        """The same, the type taken as an object."""
        reached = self.closure(type_name, standing)
        wanted = self.fields(type_name, selections).values()
        return all(self.can_field(type_name, field, reached) for field in wanted)

    def can_field(self, type_name: str, field: Selected, reached: tuple[Reached, ...]) -> bool:
        """Whether a field with all below can be answered by the reached graphs together."""
        if field.is_meta or field.removed:
            return True
        below = self.standing_below(type_name, field, reached)
        if not below or not field.selections:
            return bool(below)
        named = self._supergraph.types[type_name].fields[field.name].named
        return self.can_select(named, below, field.selections)

    def standing_below(self, type_name: str, field: Selected, reached: tuple[Reached, ...]) -> tuple[Standing, ...]:
        """How the reached graphs that answer a field would stand on what it gives."""
        joined = self._supergraph.types[type_name].fields.get(field.name)
        if joined is None:
            return ()
        below = []
        for at in reached:
            answer = self.direct(type_name, field.name, at.graph, at.view, at.interface)
            if answer is not None and self._meets_requires(type_name, field, at.graph, answer[0], reached):
                below.append(self.below(joined.named, at.graph, *answer))
        return tuple(below)

    def _meets_requires(
        self, type_name: str, field: Selected, graph: str, resolver: Resolver, reached: tuple[Reached, ...]
    ) -> bool:
        required = resolver.requires
        if required is None:
            return True
        return self._proofs.prove(
            ("requires", type_name, field.name, graph, reached),
            ("requires", type_name, field.name, graph),
            lambda: self._holds(type_name, required, reached),
        )
