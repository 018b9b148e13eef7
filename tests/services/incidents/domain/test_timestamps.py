"""The moments in the life of an incident: what stamps them, what clears them, and in which order they should be."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from typing import Any

import pytest

from chassis.errors import Invalid
from services.incidents.domain.lifecycle import FINAL, StatusCategory
from services.incidents.domain.timestamps import (
    OutOfOrder,
    Timestamp,
    aware,
    check_told,
    entering,
    offset_of,
    out_of_order,
)

EARLIER = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = EARLIER + timedelta(days=1)
RESOLVED = {StatusCategory.RESOLVED, StatusCategory.REVIEW, StatusCategory.CLOSED}


@pytest.mark.parametrize("before", [None, *(set(StatusCategory) - {StatusCategory.CLOSED})])
def test_closing_is_stamped_from_everywhere(before: StatusCategory | None) -> None:
    stamped = entering(before, StatusCategory.CLOSED, {}, NOW)

    assert stamped["closed_at"] == stamped["resolved_at"] == stamped["first_resolved_at"] == NOW


@pytest.mark.parametrize("category", set(StatusCategory))
def test_who_stays_in_a_category_is_stamped_with_nothing(category: StatusCategory) -> None:
    assert entering(category, category, {}, NOW) == {}


@pytest.mark.parametrize("after", set(StatusCategory) - {StatusCategory.CLOSED})
def test_what_leaves_the_closed_is_no_longer_closed(after: StatusCategory) -> None:
    stamped = entering(StatusCategory.CLOSED, after, {"closed_at": EARLIER, "resolved_at": EARLIER}, NOW)

    assert stamped["closed_at"] is None
    still = after in RESOLVED or after in FINAL
    last = NOW if after is StatusCategory.RESOLVED else EARLIER
    assert stamped.get("resolved_at", EARLIER) == (last if still else None)


def test_the_first_times_stay_and_the_last_ones_move() -> None:
    held = dict.fromkeys(("acknowledged_at", "responded_at", "first_resolved_at", "resolved_at"), EARLIER)

    assert entering(StatusCategory.NEW, StatusCategory.ACTIVE, held, NOW) == {"resolved_at": None}
    assert entering(StatusCategory.ACTIVE, StatusCategory.RESOLVED, held, NOW) == {"resolved_at": NOW}
    assert entering(StatusCategory.RESOLVED, StatusCategory.CLOSED, held, NOW) == {"closed_at": NOW}


def test_opening_again_is_counted_and_its_first_time_kept() -> None:
    for before, after in product(StatusCategory, StatusCategory):
        stamped = entering(before, after, {"reopen_count": 2, "first_reopened_at": EARLIER}, NOW)
        assert stamped.get("reopen_count") == (3 if before in FINAL and after not in FINAL else None)
        assert "first_reopened_at" not in stamped
    assert entering(StatusCategory.DECLINED, StatusCategory.NEW, {}, NOW)["first_reopened_at"] == NOW


def test_being_aware_follows_the_detection_until_it_is_told() -> None:
    told = {"detected_at": NOW}

    assert aware(told, {}, {}) == {"aware_at": NOW}
    assert aware(told, {"aware_at": EARLIER}, {"aware_at": {"origin": "AUTO"}}) == {"aware_at": NOW}
    assert aware(told, {"aware_at": EARLIER}, {"aware_at": {"origin": "MANUAL"}}) == {}
    assert aware({"detected_at": NOW, "aware_at": EARLIER}, {}, {}) == {}
    assert aware({"occurred_at": NOW}, {}, {}) == {}


@pytest.mark.parametrize("category", set(StatusCategory))
def test_an_end_is_told_of_what_has_come_to_it_and_of_that_always(category: StatusCategory) -> None:
    for stamp, stages in (("closed_at", {StatusCategory.CLOSED}), ("resolved_at", RESOLVED)):
        right: datetime | None = NOW if category in stages else None
        wrong: datetime | None = None if category in stages else NOW
        check_told({stamp: right}, category)
        with pytest.raises(Invalid) as refused:
            check_told({stamp: wrong}, category)
        assert refused.value.field == (stamp,)


@pytest.mark.parametrize(
    ("apart", "precision", "wrong"),
    [
        (timedelta(seconds=59), "MINUTE", False),
        (timedelta(minutes=1), "MINUTE", True),
        (timedelta(minutes=59), "HOUR", False),
        (timedelta(hours=23), "DAY", False),
        (timedelta(days=1), "DAY", True),
        (timedelta(0), "MINUTE", False),
        (-timedelta(days=1), "MINUTE", False),
    ],
)
def test_moments_are_out_of_order_when_no_inexactness_excuses_them(
    apart: timedelta, precision: str, *, wrong: bool
) -> None:
    held: dict[str, Any] = {"detected_at": NOW, "contained_at": NOW - apart}

    found = out_of_order(held, {"contained_at": {"precision": precision}})

    assert found == ([OutOfOrder(Timestamp.DETECTED, Timestamp.CONTAINED)] if wrong else [])


def test_each_moment_is_held_against_the_next_known_one() -> None:
    held: dict[str, Any] = {"occurred_at": NOW, "acknowledged_at": EARLIER, "closed_at": EARLIER, "aware_at": EARLIER}

    assert out_of_order(held, {}) == [OutOfOrder(Timestamp.OCCURRED, Timestamp.ACKNOWLEDGED)]


def test_the_clock_that_was_looked_at_is_kept() -> None:
    assert offset_of(datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))) == 330
    assert offset_of(NOW) == 0
