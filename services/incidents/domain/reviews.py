"""The review after an incident: what it holds, how it is agreed upon, and which incidents need one.

    DRAFT  <->  IN_REVIEW  <->  APPROVED

One person leads it, another approves it. What was approved is changed no more, unless it is taken back to review first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain import details, part_fields
from services.incidents.domain.details import Rule
from services.incidents.domain.lifecycle import StatusCategory

RootCause: TypeAlias = dict[str, Any]
"""`category`, `text`, and `whys`: the answers to asking why, one after another."""

MOST_PARTICIPANTS: Final = 50
MOST_COVERED: Final = 50
MOST_CONTROLS: Final = 50
LONGEST_CONTROL: Final = 64
MOST_CAUSES: Final = 20
MOST_WHYS: Final = 10
LONGEST_WHY: Final = 2_000
MOST_DAYS: Final = 365
HIGHEST_RANK: Final = 2**31 - 1
SECTIONS: Final = (
    "summary", "timeline_narrative", "impact", "contributing_factors", "went_well", "went_badly", "lucky",
    "detection_gap",
)  # fmt: skip
AWAITED_IN: Final = frozenset({StatusCategory.RESOLVED, StatusCategory.REVIEW, StatusCategory.CLOSED})


class ReviewStatus(StrEnum):
    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"


class RootCauseCategory(StrEnum):
    PEOPLE = "PEOPLE"
    PROCESS = "PROCESS"
    TECHNOLOGY = "TECHNOLOGY"
    CONFIGURATION = "CONFIGURATION"
    SUPPLIER = "SUPPLIER"
    PHYSICAL = "PHYSICAL"
    ATTACK = "ATTACK"
    UNKNOWN = "UNKNOWN"


_NEXT: Final = {
    ReviewStatus.DRAFT: {ReviewStatus.IN_REVIEW},
    ReviewStatus.IN_REVIEW: {ReviewStatus.DRAFT, ReviewStatus.APPROVED},
    ReviewStatus.APPROVED: {ReviewStatus.IN_REVIEW},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPolicy:
    """From which rank of severity on a company's incidents need a review (None: none does), within how many days of
    being resolved, and what its sections begin with.
    """

    from_rank: int | None = 3
    due_days: int = 14
    template: Mapping[str, str] = field(default_factory=dict)

    def requires(self, rank: int | None) -> bool:
        """An incident that nobody assessed has no rank, and needs none yet."""
        return self.from_rank is not None and rank is not None and rank >= self.from_rank


USUAL: Final = ReviewPolicy()


def advance(before: ReviewStatus, after: ReviewStatus) -> None:
    """Raises Invalid for a step that is none."""
    if after not in _NEXT[before]:
        steps = " or ".join(sorted(each.value for each in _NEXT[before]))
        raise Invalid(f"From {before.value} it goes to {steps}.", field=("status",))


def check_ready(after: ReviewStatus, facilitator: UUID | None, summary: str | None, by: UUID) -> None:
    """Raises Invalid for a review that nobody leads or that says nothing, and for an approver who led it."""
    if after is ReviewStatus.DRAFT:
        return
    if facilitator is None:
        raise Invalid("Somebody leads a review: name the facilitator first.", field=("facilitator_id",))
    if summary is None:
        raise Invalid("A review says what happened: write its summary first.", field=("summary",))
    if after is ReviewStatus.APPROVED and facilitator == by:
        raise Invalid("Whoever led a review does not approve it: ask somebody else.", field=("status",))


def check_open(status: ReviewStatus) -> None:
    """Raises Invalid for what was approved."""
    if status is ReviewStatus.APPROVED:
        raise Invalid("It was approved: take it back to IN_REVIEW before you change it.", field=("id",))


def due_on_moving(
    before: StatusCategory,
    after: StatusCategory,
    due: datetime | None,
    *,
    needed: bool,
    policy: ReviewPolicy,
    now: datetime,
) -> datetime | None:
    """Until when the review of an incident is awaited, after it moved; None where none is."""
    if after not in AWAITED_IN:
        return None
    if before in AWAITED_IN:
        return due
    return now + timedelta(days=policy.due_days) if needed else None


def due_on_assessing(
    category: StatusCategory, due: datetime | None, *, needed: bool, policy: ReviewPolicy, now: datetime
) -> datetime | None:
    """The same after its severity was assessed anew; the days count from when it came to need a review."""
    if category not in AWAITED_IN or not needed:
        return None
    return due or now + timedelta(days=policy.due_days)


def is_needed(category: StatusCategory, due: datetime | None, rank: int | None, policy: ReviewPolicy) -> bool:
    """Once an incident is resolved it is settled whether it needs a review: a new policy is for those that follow."""
    return due is not None if category in AWAITED_IN else policy.requires(rank)


def root_causes(value: Sequence[RootCause] | None) -> list[RootCause]:
    given = list(value or ())
    if len(given) > MOST_CAUSES:
        raise ValueError(f"At most {MOST_CAUSES} causes; these are {len(given)}.")
    return [_root_cause(each) for each in given]


def _root_cause(given: RootCause) -> RootCause:
    text, whys = part_fields.text(given["text"]), [details.text(each) for each in given["whys"]]
    if text is None or None in whys:
        raise ValueError("A cause says something, and so does each why.")
    if len(whys) > MOST_WHYS or any(len(each) > LONGEST_WHY for each in whys if each is not None):
        raise ValueError(f"At most {MOST_WHYS} whys of at most {LONGEST_WHY} characters.")
    return {"category": RootCauseCategory(given["category"]).value, "text": text, "whys": whys}


def controls(value: Sequence[str] | None) -> list[str]:
    """Each once, in the order given."""
    found = list(dict.fromkeys(told for each in value or () if (told := details.line(each)) is not None))
    if len(found) > MOST_CONTROLS or any(len(each) > LONGEST_CONTROL for each in found):
        raise ValueError(f"At most {MOST_CONTROLS} controls of at most {LONGEST_CONTROL} characters.")
    return found


def rank(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= HIGHEST_RANK:
        raise ValueError(f"A rank from 0 to {HIGHEST_RANK}.")
    return value


def days(value: int | None) -> int:
    if value is None or not 1 <= value <= MOST_DAYS:
        raise ValueError(f"From 1 to {MOST_DAYS} days.")
    return value


RULES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(SECTIONS, part_fields.text),
    "meeting_at": details.moment,
    "root_causes": root_causes,
    "controls_improved": controls,
}
POLICY_RULES: Final[Mapping[str, Rule]] = {"required_from_rank": rank, "due_days": days}
