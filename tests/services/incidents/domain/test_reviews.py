"""Rules of reviews: their steps, who approves them, and which incidents need one until when."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from chassis.errors import Invalid
from services.incidents.domain import reviews
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.domain.reviews import AWAITED_IN, ReviewPolicy, ReviewStatus

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DUE = NOW + timedelta(days=14)
POLICY = ReviewPolicy()
DRAFT, IN_REVIEW, APPROVED = ReviewStatus


def test_it_goes_one_step_at_a_time_there_and_back() -> None:
    allowed = set()
    for before, after in product(ReviewStatus, ReviewStatus):
        try:
            reviews.advance(before, after)
        except Invalid:
            continue
        allowed.add((before, after))
    assert allowed == {(DRAFT, IN_REVIEW), (IN_REVIEW, DRAFT), (IN_REVIEW, APPROVED), (APPROVED, IN_REVIEW)}


def test_who_led_it_does_not_approve_it() -> None:
    leader = uuid4()
    reviews.check_ready(IN_REVIEW, leader, "Told", leader)
    reviews.check_ready(APPROVED, leader, "Told", uuid4())
    reviews.check_ready(DRAFT, None, None, leader)
    for after, facilitator, summary, field in (
        (APPROVED, leader, "Told", "status"), (IN_REVIEW, None, "Told", "facilitator_id"),
        (IN_REVIEW, leader, None, "summary"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            reviews.check_ready(after, facilitator, summary, leader)
        assert refused.value.field == (field,)


def test_a_rank_from_on_needs_one_and_what_nobody_assessed_does_not() -> None:
    assert [rank for rank in (None, 1, 2, 3, 4) if POLICY.requires(rank)] == [3, 4]
    assert not any(ReviewPolicy(from_rank=None).requires(rank) for rank in (None, 0, 9))


@pytest.mark.parametrize(("before", "after"), [*product(StatusCategory, StatusCategory)])
def test_its_days_begin_when_the_incident_is_resolved_from_wherever(
    before: StatusCategory, after: StatusCategory
) -> None:
    needed = reviews.due_on_moving(before, after, NOW, needed=True, policy=POLICY, now=NOW)
    spared = reviews.due_on_moving(before, after, None, needed=False, policy=POLICY, now=NOW)

    assert spared is None
    assert needed == (None if after not in AWAITED_IN else NOW if before in AWAITED_IN else DUE)


def test_a_severity_that_is_assessed_later_begins_its_days_then() -> None:
    def due(category: StatusCategory, before: datetime | None, *, needed: bool) -> datetime | None:
        return reviews.due_on_assessing(category, before, needed=needed, policy=POLICY, now=NOW)

    assert due(StatusCategory.RESOLVED, None, needed=True) == DUE
    assert due(StatusCategory.CLOSED, NOW, needed=True) == NOW
    assert due(StatusCategory.CLOSED, NOW, needed=False) is None
    assert due(StatusCategory.ACTIVE, None, needed=True) is None


@pytest.mark.parametrize(
    "given",
    [
        [{"category": "PROCESS", "text": " ", "whys": []}],
        [{"category": "PROCESS", "text": "No plan", "whys": [" "]}],
        [{"category": "PROCESS", "text": "No plan", "whys": ["x" * 2_001]}],
        [{"category": "PROCESS", "text": "No plan", "whys": ["x"] * 11}],
        [{"category": "FATE", "text": "No plan", "whys": []}],
        [{"category": "PROCESS", "text": "No plan", "whys": []}] * 21,
    ],
)
def test_a_cause_says_something_within_bounds(given: list[reviews.RootCause]) -> None:
    with pytest.raises(ValueError, match=r"cause|whys|FATE"):
        reviews.root_causes(given)


def test_the_largest_causes_are_taken() -> None:
    largest = [{"category": "PEOPLE", "text": "x" * 20_000, "whys": ["x" * 2_000] * 10}] * 20
    assert reviews.root_causes(largest) == largest
    assert reviews.controls(["A.8.7", " A.8.7 ", "A.5"]) == ["A.8.7", "A.5"]
    assert len(reviews.controls([f"{number:064}" for number in range(50)])) == 50
    with pytest.raises(ValueError, match="At most 50"):
        reviews.controls(["x" * 65])
