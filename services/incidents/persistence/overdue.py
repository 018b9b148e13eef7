"""Finding what is overdue and was not announced yet, and whom it concerns."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.domain.parts import PartType
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.deadline_rows import DeadlineRow
from services.incidents.persistence.review_rows import ReviewRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.task_rows import TaskRow


def _assignees(ids: Collection[UUID]) -> Select[UUID, list[UUID]]:
    return select(TaskRow.id, TaskRow.assignee_ids.label("people")).where(TaskRow.id == func.any(list(ids)))


def _owners(ids: Collection[UUID]) -> Select[UUID, list[UUID]]:
    owner = func.array_remove(array([ActionItemRow.owner_id]), None)
    return select(ActionItemRow.id, owner.label("people")).where(ActionItemRow.id == func.any(list(ids)))


def _reviewers(ids: Collection[UUID]) -> Select[UUID, list[UUID]]:
    """Who leads the review, or where nobody does, who is responsible for the incident."""
    leader = func.coalesce(ReviewRow.facilitator_id, IncidentRow.responsible_id)
    named = select(IncidentRow.id, func.array_remove(array([leader]), None).label("people"))
    reviewed = named.outerjoin(ReviewRow, ReviewRow.incident_id == IncidentRow.id)
    return reviewed.where(IncidentRow.id == func.any(list(ids)))


_CONCERNED: Final = {PartType.TASK: _assignees, PartType.ACTION_ITEM: _owners, PartType.REVIEW: _reviewers}


async def take_overdue(number: int, session: AsyncSession) -> Sequence[tuple[IncidentRow, DeadlineRow]]:
    """Up to `number` of them with their incidents, the longest awaited first; nobody else's until the commit.

    What somebody else holds is left out and not waited for: it is found again the next time, unless it was announced or
    finished meanwhile. So any number of workers may ask at once.
    """
    statement = (
        select(IncidentRow, DeadlineRow)
        .join(DeadlineRow, DeadlineRow.incident_id == IncidentRow.id)
        .where(DeadlineRow.announced_at.is_(None), DeadlineRow.due_at < func.now(), IncidentRow.deleted_at.is_(None))
        .order_by(DeadlineRow.due_at, DeadlineRow.part_id)
        .limit(number)
        .with_for_update(of=[IncidentRow, DeadlineRow], skip_locked=True)
    )
    return [(incident, deadline) for incident, deadline in await session.execute(statement)]


async def concerned_by(deadlines: Collection[DeadlineRow], session: AsyncSession) -> Mapping[UUID, list[UUID]]:
    """Who was to finish these parts, by their ids; one statement for each kind."""
    found: dict[UUID, list[UUID]] = {}
    for kind, people in _CONCERNED.items():
        if ids := [each.part_id for each in deadlines if each.part_type == kind]:
            found |= {row.id: row.people for row in await session.execute(people(ids))}
    return found
