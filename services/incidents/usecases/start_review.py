"""Beginning the review of an incident, with what its company's template says."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict
from chassis.identifiers import uuid7
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.reviews import SECTIONS, USUAL, ReviewStatus
from services.incidents.persistence.review_rows import ReviewRow
from services.incidents.persistence.reviews import of_incidents, policies_of
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part
from services.incidents.usecases.review_values import checked, concerned


@dataclass(frozen=True, slots=True, kw_only=True)
class StartReview:
    incident_id: UUID
    facilitator_id: UUID | None = None


class AlreadyBegun(Conflict):
    """`current` is the review that is there, readable also after the transaction."""

    def __init__(self, current: ReviewRow) -> None:
        super().__init__("The incident has a review already: edit that one.", field=("incident_id",))
        self.current = current


async def start_review(command: StartReview, work: UnitOfWork) -> ReviewRow:
    """Raises NotFound, Denied or AlreadyBegun."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    present = (await of_incidents([incident.id], work.session, work.actor)).get(incident.id)
    if present is not None:
        work.session.expunge(present)  # a rollback empties what is still in the session
        raise AlreadyBegun(present)
    values = await checked({"facilitator_id": command.facilitator_id}, incident, None, work)
    policy = (await policies_of([incident.company_id], work.session)).get(incident.company_id, USUAL)
    review = ReviewRow(
        **new_part_values(incident, uuid7(), work),
        **values,
        **{section: policy.template.get(section) for section in SECTIONS},
        status=ReviewStatus.DRAFT.value,
        participant_ids=[],
        meeting_at=None,
        root_causes=[],
        controls_improved=[],
        covers=[],
        approved_by_id=None,
        approved_at=None,
    )
    work.session.add(review)
    said, part = first_values(review, "facilitator_id", *SECTIONS), Part(PartType.REVIEW, review.id)
    tell_part(incident, part, Operation.ADDED, said, work, right=permissions.EDIT, concerned=concerned(review))
    await work.session.flush()
    return review
