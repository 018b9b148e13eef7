"""What the harness makes of answers, and what it finds in databases that do not fit them."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.faults.checker import keys, outcomes
from tests.support.faults.history import Operation, Outcome, Window
from tests.support.faults.load import judge

ONE, OTHER = UUID(int=1), UUID(int=2)


def operation(outcome: Outcome = Outcome.UNKNOWN, *, writes: int = 1, **given: Any) -> Operation:
    usual: dict[str, Any] = {"request": "r", "kind": "edit", "arguments": {}, "began": 0.0}
    return Operation(**(usual | given), outcome=outcome, writes=writes)


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, {"data": {"editIncident": {"incident": {}, "errors": []}}}, Outcome.OK),
        (200, {"data": {"editIncident": {"incident": None, "errors": [{"code": "CONFLICT"}]}}}, Outcome.FAIL),
        (200, {"data": {"editIncident": None}, "errors": [{"message": "did not answer"}]}, Outcome.UNKNOWN),
        (503, {"errors": [{"message": "did not answer"}]}, Outcome.UNKNOWN),
        (502, "Bad Gateway", Outcome.UNKNOWN),
        (429, {"errors": [{"message": "too much"}]}, Outcome.FAIL),
    ],
)
def test_only_a_payload_says_yes_and_only_what_was_not_begun_says_no(
    status: int, answer: Any, outcome: Outcome
) -> None:
    asked = operation()
    judge(asked, status, answer)
    assert asked.outcome is outcome


@pytest.mark.parametrize(
    ("outcome", "writes", "written", "told"),
    [
        (Outcome.OK, 1, [], []),
        (Outcome.OK, 1, [(ONE, 2)], []),
        (Outcome.OK, 1, [], [(ONE, 2)]),
        (Outcome.OK, 1, [(ONE, 2)], [(OTHER, 2)]),
        (Outcome.OK, 1, [(ONE, 2), (ONE, 3)], [(ONE, 2), (ONE, 3)]),
        (Outcome.FAIL, 1, [(ONE, 2)], [(ONE, 2)]),
        (Outcome.UNKNOWN, 2, [(ONE, 2)], [(ONE, 2)]),
        (Outcome.UNKNOWN, 1, [(ONE, 2)], []),
    ],
    ids=["lost", "no event", "no history", "not the same", "twice", "refused and done", "half", "half told"],
)
def test_what_does_not_fit_the_answer_is_found(
    outcome: Outcome, writes: int, written: list[tuple[UUID, int]], told: list[tuple[UUID, int]]
) -> None:
    assert not outcomes(outcome, [operation(outcome, writes=writes)], {"r": written}, {"r": told}).ok


@pytest.mark.parametrize(
    ("outcome", "count"), [(Outcome.OK, 2), (Outcome.FAIL, 0), (Outcome.UNKNOWN, 0), (Outcome.UNKNOWN, 2)]
)
def test_what_fits_the_answer_passes(outcome: Outcome, count: int) -> None:
    left = {"r": [(ONE, 2), (ONE, 3)][:count]}
    assert outcomes(outcome, [operation(outcome, writes=2)], left, left).ok


@pytest.mark.parametrize(
    ("said", "there", "fits"),
    [
        ([Outcome.UNKNOWN, Outcome.OK], 1, True),
        ([Outcome.UNKNOWN], 0, True),
        ([Outcome.UNKNOWN], 1, True),
        ([Outcome.UNKNOWN, Outcome.OK], 2, False),
        ([Outcome.UNKNOWN], 2, False),
        ([Outcome.OK], 0, False),
        ([Outcome.FAIL], 1, False),
    ],
)
def test_a_registration_that_was_sent_again_is_there_once(said: list[Outcome], there: int, fits: bool) -> None:
    history = [operation(outcome, arguments={"idempotencyKey": "k"}) for outcome in said]
    assert keys(history, {"k": there}).ok is fits


def test_a_window_has_what_was_asked_and_answered_within() -> None:
    inside, before, after = (operation(began=began, ended=ended) for began, ended in ((1, 2), (0, 2), (1, 9)))
    assert Window(fault="any", began=1, ended=3).of([inside, before, after]) == [inside]
