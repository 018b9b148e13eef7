"""Keeping what is awaited until when; who changes a part holds its incident, so that nobody else does."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, not_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.incidents.domain.parts import Part, PartType
from services.incidents.persistence.deadline_rows import DeadlineRow
from services.incidents.persistence.rows import IncidentRow


async def await_part(incident: IncidentRow, part: Part, due_at: datetime | None, session: AsyncSession) -> None:
    """Until `due_at`, or no more where that is None. Another date may be told to be overdue again."""
    if due_at is None:
        await session.execute(
            delete(DeadlineRow).where(
                DeadlineRow.incident_id == incident.id,
                DeadlineRow.part_type == part.type.value,
                DeadlineRow.part_id == part.id,
            )
        )
    else:
        await _await([_columns(incident.id, part, incident.company_id, due_at)], session)


async def await_own(
    kind: PartType, company: UUID, due: Mapping[UUID, datetime], done: Collection[UUID], session: AsyncSession
) -> None:
    """The same of many incidents of a company, `due` and `done`, of each what has its own id; two statements."""
    if done:
        of = DeadlineRow.incident_id == func.any(list(done)), DeadlineRow.part_id == DeadlineRow.incident_id
        await session.execute(delete(DeadlineRow).where(*of, DeadlineRow.part_type == kind.value))
    if due:
        rows = [_columns(incident, Part(kind, incident), company, until) for incident, until in sorted(due.items())]
        await _await(rows, session)


def _columns(incident: UUID, part: Part, company: UUID, due_at: datetime) -> dict[str, Any]:
    return {
        "incident_id": incident,
        "part_type": part.type.value,
        "part_id": part.id,
        "company_id": company,
        "due_at": due_at,
        "announced_at": None,
    }


async def _await(rows: list[dict[str, Any]], session: AsyncSession) -> None:
    awaited = insert(DeadlineRow).values(rows)
    await session.execute(
        awaited.on_conflict_do_update(
            index_elements=[DeadlineRow.incident_id, DeadlineRow.part_type, DeadlineRow.part_id],
            set_={"due_at": awaited.excluded.due_at, "announced_at": None},
            where=DeadlineRow.due_at != awaited.excluded.due_at,
        )
    )


def is_overdue(wanted: bool) -> ColumnElement[bool]:
    """Whether something of an incident is awaited longer than it should be.

    Few incidents are overdue: they are found by what is awaited of them, which has an index by company and date, and
    then by their ids. Those that are not are told apart one by one.
    """
    if not wanted:
        return not_(exists().where(DeadlineRow.incident_id == IncidentRow.id, DeadlineRow.due_at < func.now()))
    overdue = select(DeadlineRow.incident_id).where(DeadlineRow.due_at < func.now())
    return IncidentRow.id == func.any(func.array(overdue.scalar_subquery()))
