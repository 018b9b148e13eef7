"""How much of a selection graphs leave unanswered together, so that the one that adds most can be chosen."""

from gateway.planner.drafts import Standing
from gateway.planner.reach import Reach, Selections
from gateway.supergraph import Kind, Selected, Supergraph


class Unanswered:
    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self._supergraph = supergraph
        self._reach = reach

    def count(self, type_name: str, standing: tuple[Standing, ...], selections: Selections) -> int:
        """The fields of all types and depths that no key leads to from where the graphs stand."""
        if self._reach.can_select(type_name, standing, selections):
            return 0
        if self._supergraph.types[type_name].kind is Kind.OBJECT:
            wanted = self._reach.fields(type_name, selections).values()
            return sum(self._count_field(type_name, field, standing) for field in wanted)
        possible = self._supergraph.possible[type_name]
        return sum(self._count_as(concrete, type_name, standing, selections) for concrete in possible)

    def _count_as(self, concrete: str, type_name: str, standing: tuple[Standing, ...], selections: Selections) -> int:
        """None of them for types that no graph here knows: such objects do not occur."""
        assuming = tuple(at for at in standing if at.interface is not None)
        knowing = tuple(
            at for at in standing if at.interface is None and concrete in self._supergraph.concrete(type_name, at.graph)
        )
        return self.count(concrete, knowing + assuming, selections) if knowing else 0

    def _count_field(self, type_name: str, field: Selected, standing: tuple[Standing, ...]) -> int:
        reached = self._reach.closure(type_name, standing)
        if self._reach.can_field(type_name, field, reached):
            return 0
        below = self._reach.standing_below(type_name, field, reached)
        if not below or not field.selections:
            return 1
        named = self._supergraph.types[type_name].fields[field.name].named
        return self.count(named, below, field.selections)
