"""Rules of tasks: how they begin and end, what they wait for, and where they stand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.incidents.domain import tasks
from services.incidents.domain.tasks import FINISHED, GAP, TaskStatus, check_dependencies, position_between, stamps

TODO, DOING, BLOCKED, DONE, CANCELLED = TaskStatus
THEN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = THEN + timedelta(hours=1)


def test_it_is_started_when_it_first_leaves_the_list_of_what_is_to_be_done() -> None:
    assert stamps(TODO, DOING, None, None, NOW) == {"started_at": NOW, "finished_at": None}
    assert stamps(DOING, TODO, THEN, None, NOW) == {"started_at": THEN, "finished_at": None}
    assert stamps(TODO, BLOCKED, THEN, None, NOW) == {"started_at": THEN, "finished_at": None}
    assert stamps(TODO, CANCELLED, None, None, NOW) == {"started_at": None, "finished_at": NOW}


def test_it_is_finished_until_somebody_takes_it_up_again() -> None:
    assert stamps(TODO, DONE, None, None, NOW) == {"started_at": NOW, "finished_at": NOW}
    assert stamps(DONE, CANCELLED, THEN, THEN, NOW) == {"started_at": THEN, "finished_at": THEN}
    assert stamps(DONE, DOING, THEN, THEN, NOW) == {"started_at": THEN, "finished_at": None}
    assert stamps(DONE, DONE, THEN, THEN, NOW) == {}


@pytest.mark.parametrize("status", TaskStatus)
def test_only_a_mandatory_task_has_to_say_what_came_of_it(status: TaskStatus) -> None:
    tasks.check_finished(status, mandatory=False, result=None)
    tasks.check_finished(status, mandatory=True, result="Nothing found")
    if status in FINISHED:
        with pytest.raises(Invalid) as refused:
            tasks.check_finished(status, mandatory=True, result=None)
        assert refused.value.field == ("result",)
    else:
        tasks.check_finished(status, mandatory=True, result=None)


def test_it_is_not_done_before_what_it_depends_on_is_finished() -> None:
    first, second = uuid4(), uuid4()
    tasks.check_order(DONE, [first, second], {first: DONE, second: CANCELLED})
    tasks.check_order(DOING, [first], {first: TODO})
    with pytest.raises(Invalid, match="2 open tasks"):
        tasks.check_order(DONE, [first, second], {first: TODO, second: BLOCKED})


@given(
    st.integers(2, 8).flatmap(lambda n: st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30))
)
def test_no_circle_ever_comes_to_be(wishes: list[tuple[int, int]]) -> None:
    """What is refused would have made one; what is accepted leaves an order in which all can be done."""
    ids = [UUID(int=number + 1) for number in range(8)]
    depending: dict[UUID, list[UUID]] = {each: [] for each in ids}
    for task, on in wishes:
        wanted = [*depending[ids[task]], ids[on]]
        try:
            check_dependencies(ids[task], wanted, depending)
        except Invalid:
            assert ids[task] in reachable(ids[on], depending) | {ids[on]}
        else:
            depending[ids[task]] = wanted

    left = dict(depending)
    while left:
        ready = [each for each, on in left.items() if not set(on) & left.keys()]
        assert ready
        for each in ready:
            del left[each]


def reachable(start: UUID, depending: dict[UUID, list[UUID]]) -> set[UUID]:
    found: set[UUID] = set()
    for each in depending[start]:
        found |= {each} | reachable(each, depending)
    return found


@given(st.lists(st.integers(0, 7), max_size=60))
def test_a_place_between_two_is_between_them_as_long_as_there_is_room(places: list[int]) -> None:
    order = [GAP, 2 * GAP]
    for place in places:
        at = min(place, len(order))
        before, after = order[at - 1] if at else None, order[at] if at < len(order) else None
        found = position_between(before, after)
        if found is None:
            assert before is not None
            assert after == before + 1
        else:
            order.insert(at, found)
    assert order == sorted(set(order))


def test_there_is_no_end_of_tasks_but_a_bound() -> None:
    tasks.check_number(tasks.MOST_TASKS - 1)
    with pytest.raises(Invalid, match="at most 200"):
        tasks.check_number(tasks.MOST_TASKS)
