"""Writing the review of an incident, several people at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Refusal
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.reviews import ReviewStatus, check_open
from services.incidents.persistence.review_rows import ReviewRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.parts import StalePart, change_part, take_part, tell_part
from services.incidents.usecases.review_values import REVIEW, checked, concerned, shown_covers

_COVERS: Final = "covers"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditReview:
    """What is not among `values` stays as it is: those of domain/reviews.py, `facilitator_id`, `participant_ids` and
    `covers`.
    """

    review_id: UUID
    expected_version: int
    values: Mapping[str, Any] = field(default_factory=dict)


class StaleReview(StalePart):
    """`conflicts` are both values, wanted and present, of each field that the edit wanted otherwise."""

    def __init__(self, expected: int, current: ReviewRow, conflicts: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__(expected, current)
        self.conflicts = conflicts


async def edit_review(command: EditReview, work: UnitOfWork) -> ReviewRow:
    """Raises NotFound, Denied, Invalid or StaleReview. An edit that changes nothing writes nothing."""
    incident, review = await take_part(ReviewRow, command.review_id, REVIEW, work)
    if command.expected_version != review.version:
        conflicts = await _conflicts(command, incident, review, work)
        work.session.expunge(review)  # a rollback empties what is still in the session
        raise StaleReview(command.expected_version, review, conflicts)
    check_open(ReviewStatus(review.status))
    had = concerned(review)
    changes = change_part(review, await checked(command.values, incident, review, work))
    if _COVERS in changes:  # who reads the history may not see what it covers, or not for ever
        changes[_COVERS] = (None, None)
    if changes:
        part, new = Part(PartType.REVIEW, review.id), concerned(review, had)
        tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT, concerned=new)
    await work.session.flush()
    return review


async def _conflicts(
    command: EditReview, incident: IncidentRow, review: ReviewRow, work: UnitOfWork
) -> dict[str, tuple[Any, Any]]:
    """Nothing where the wish cannot even be told beside what there is now."""
    try:
        values = await checked(command.values, incident, review, work)
    except Refusal:
        return {}
    differing = {name: (wanted, now) for name, wanted in values.items() if (now := getattr(review, name)) != wanted}
    if _COVERS in differing:
        wanted, now = [await shown_covers(each, work) for each in differing[_COVERS]]
        differing[_COVERS] = (wanted, now)
    return differing
