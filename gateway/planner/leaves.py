"""How much of what is asked a graph answers by itself, without anybody being asked for the rest."""

from gateway.planner.drafts import Standing
from gateway.planner.reach import Reach, Selections
from gateway.supergraph import Kind, Resolver, Selected, Supergraph


class Leaves:
    """Remembers its counts; made for one planning run."""

    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self._supergraph = supergraph
        self._reach = reach
        self._missing_at: dict[tuple[str, str, Standing, Selections], int] = {}

    def missing(self, named: str, resolver: Resolver, below: Standing, selections: Selections) -> int:
        """How many leaves below a field the graph that resolves it so, standing so below, leaves to others."""
        return self._missing(named, self._reach.graph_type(named, resolver), below, selections)

    def begins(self, type_name: str, field: Selected, at: Standing) -> bool:
        """Whether the graph answers a field of an object."""
        return self._reach.direct(type_name, field.name, *at) is not None

    def answers(self, type_name: str, field: Selected, at: Standing) -> bool:
        """Whether the graph answers a field of an object, and all below it too."""
        return self._missing_in(type_name, field, at) == 0

    def _missing(self, named: str, graph_type: str, below: Standing, selections: Selections) -> int:
        place = (named, graph_type, below, selections)
        found = self._missing_at.get(place)
        if found is None:
            found = self._missing_at[place] = sum(
                self._missing_in(concrete, field, below)
                for concrete in self._types_below(named, graph_type, below)
                for field in self._reach.fields(concrete, selections).values()
                if not field.is_meta and not field.removed
            )
        return found

    def _types_below(self, named: str, graph_type: str, below: Standing) -> list[str]:
        if self._supergraph.types[named].kind is Kind.OBJECT or below.interface is not None:
            return [named]
        known = self._supergraph.concrete(graph_type, below.graph)
        return [concrete for concrete in self._supergraph.possible[named] if concrete in known]

    def _missing_in(self, type_name: str, field: Selected, at: Standing) -> int:
        answer = self._reach.direct(type_name, field.name, *at)
        if answer is None or answer[0].requires is not None:
            return 1
        if not field.selections:
            return 0
        named = self._supergraph.types[type_name].fields[field.name].named
        below = self._reach.below(named, at.graph, *answer)
        return self._missing(named, self._reach.graph_type(named, answer[0]), below, field.selections)
