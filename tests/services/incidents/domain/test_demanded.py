"""Demands that are no fields: of tasks, the review and action items, and from a rank of severity on."""

from typing import Any

import pytest

from chassis.errors import Invalid
from services.incidents.domain.demanded import USUALLY, Demanded, Standing
from services.incidents.domain.gates import Demand, check_floors, completeness, missing
from services.incidents.domain.lifecycle import StatusCategory

NEW, ACTIVE, CLOSED = StatusCategory.NEW, StatusCategory.ACTIVE, StatusCategory.CLOSED
ABOUT_ALL = Demanded({CLOSED: (Demand.TASKS, Demand.REVIEW, Demand.ACTION_ITEMS)}, {})
NOTHING: dict[str, Any] = {}


def lacking(demanded: Demanded, standing: Standing) -> list[Demand]:
    def value_of(name: str) -> Any:
        return standing.value_of(NOTHING.get, name)

    gates = demanded.of(standing)
    found = [each.demand for each in missing(NEW, CLOSED, gates, value_of)]
    assert (completeness(gates, value_of) == 100) is (not found)
    return found


@pytest.mark.parametrize(
    ("open_ones", "done", "demand"),
    [
        ({"mandatory_tasks": 2, "open_mandatory_tasks": 1}, {"mandatory_tasks": 2}, Demand.TASKS),
        ({"review_needed": True}, {"review_needed": True, "review_approved": True}, Demand.REVIEW),
        ({"action_items": 2, "incomplete_action_items": 1}, {"action_items": 2}, Demand.ACTION_ITEMS),
    ],
)
def test_a_demand_about_parts_is_met_by_them(open_ones: Any, done: Any, demand: Demand) -> None:
    assert lacking(ABOUT_ALL, Standing(**open_ones)) == [demand]
    assert lacking(ABOUT_ALL, Standing(**done)) == []


def test_where_there_are_no_parts_nothing_is_demanded_of_them() -> None:
    assert ABOUT_ALL.of(Standing()) == {CLOSED: ()}
    assert ABOUT_ALL.of(Standing(mandatory_tasks=1)) == {CLOSED: (Demand.TASKS,)}


def test_a_floor_is_reached_by_its_rank_and_by_none_where_nobody_assessed_it() -> None:
    demanded = Demanded({ACTIVE: (Demand.IMPACT, Demand.TEAM), CLOSED: (Demand.IMPACT,)}, {ACTIVE: {Demand.IMPACT: 3}})

    made = {rank: demanded.of(Standing(rank=rank))[ACTIVE] for rank in (None, 2, 3, 4)}

    assert made == {
        None: (Demand.TEAM,), 2: (Demand.TEAM,), 3: (Demand.IMPACT, Demand.TEAM), 4: (Demand.IMPACT, Demand.TEAM),
    }  # fmt: skip
    assert demanded.of(Standing())[CLOSED] == (Demand.IMPACT,)


def test_only_what_is_demanded_is_looked_up() -> None:
    assert USUALLY.about_parts == {Demand.TASKS}
    assert Demanded({ACTIVE: (Demand.IMPACT,)}, {}).about_parts == frozenset()
    assert Demanded({ACTIVE: (Demand.IMPACT,)}, {ACTIVE: {Demand.IMPACT: 1}}).about_parts == {Demand.SEVERITY}


def test_a_floor_is_for_a_demand_of_its_gate() -> None:
    assert check_floors([Demand.TEAM, Demand.COST], {Demand.COST: 2}) == {"COST": 2}
    assert check_floors(None, {}) == {}
    for demands, floors in (
        ([Demand.TEAM], {Demand.COST: 2}),
        (None, {Demand.COST: 2}),
        ([Demand.COST], {Demand.COST: -1}),
    ):
        with pytest.raises(Invalid):
            check_floors(demands, floors)
