"""Handing a review on to be agreed upon, approving it, and taking it back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.reviews import ReviewStatus, advance, check_ready
from services.incidents.persistence.incidents import INCIDENT
from services.incidents.persistence.review_rows import ReviewRow
from services.incidents.persistence.reviews import await_reviews
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part
from services.incidents.usecases.review_values import REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReviewStatus:
    review_id: UUID
    status: ReviewStatus
    expected_version: int | None = None


async def change_review_status(command: ChangeReviewStatus, work: UnitOfWork) -> ReviewRow:
    """Raises NotFound, Denied, Invalid or StalePart. The status that it has already changes nothing.

    An approval is a signature under the whole incident: it takes the right to close, and so does taking it back.
    """
    incident, review = await take_part(ReviewRow, command.review_id, REVIEW, work)
    before, after = ReviewStatus(review.status), command.status
    right = permissions.CLOSE if ReviewStatus.APPROVED in (before, after) else permissions.EDIT
    work.actor.require(right, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW, field=("id",))
    expect(command.expected_version, review, work)
    if before is after:
        return review
    advance(before, after)
    check_ready(after, review.facilitator_id, review.summary, work.actor.id)
    changes = change_part(review, _values(after, work.actor.id))
    tell_part(incident, Part(PartType.REVIEW, review.id), Operation.EDITED, changes, work, right=right)
    await work.session.flush()
    if ReviewStatus.APPROVED in (before, after):
        await await_reviews(incident.company_id, [incident.id, *review.covers], work.session)
    return review


def _values(after: ReviewStatus, by: UUID) -> dict[str, Any]:
    approved = after is ReviewStatus.APPROVED
    return {
        "status": after.value,
        "approved_by_id": by if approved else None,
        "approved_at": datetime.now(UTC) if approved else None,
    }
