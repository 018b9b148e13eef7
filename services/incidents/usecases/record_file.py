"""Writing into the history of an incident what happened to its files, in the name of who did it.

The files are another service's, which tells of them by events. These are written down also for an incident that is
restricted or deleted by now. Of one that was purged nothing is kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, ActorKind, Scope
from chassis.database import UnitOfWork
from services.incidents.domain.events import IncidentDisclosed, IncidentPartChanged
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.changes import new_entry
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from services.incidents.usecases.versions import tell

FIRST_STATE: Final = "CHECKING"
AVAILABLE: Final = "AVAILABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHappening:
    """What was done to a file, when, by whom and by which right; `changes` are before and after by field."""

    incident_id: UUID
    file_id: UUID
    operation: Operation
    changes: dict[str, tuple[Any, Any]]
    at: datetime
    actor_kind: str
    actor_id: UUID
    permission: str | None

    @property
    def actor(self) -> Actor:
        return Actor(id=self.actor_id, kind=ActorKind(self.actor_kind), name="", scope=Scope({}))

    @property
    def part(self) -> Part:
        return Part(PartType.FILE, self.file_id)


async def record_file(told: FileHappening, work: UnitOfWork) -> None:
    """A download changes nothing of the incident but its history; all else moves when it last changed."""
    wanted = select(IncidentRow).where(IncidentRow.id == told.incident_id, IncidentRow.purged_at.is_(None))
    incident = await work.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if incident is None:
        return
    before = incident.updated_at
    incident.sequence += 1
    incident.updated_at = told.at  # the entry tells when it happened, and not when it was heard of
    entry = new_entry(incident, told.operation.value, told.changes, told.permission, work, told.part, by=told.actor)
    work.session.add(entry)
    incident.updated_at = before if told.operation is Operation.DOWNLOADED else datetime.now(UTC)
    tell(incident, _fact(incident, told), work)
    await work.session.flush()


async def last_state(incident_id: UUID, file_id: UUID, session: AsyncSession) -> str:
    """What the history said last of a file's state; it does not mention the usual course of things."""
    states = (
        select(ChangeRow.changes["state"][1].astext)
        .where(
            ChangeRow.incident_id == incident_id,
            ChangeRow.part_id == file_id,
            ChangeRow.part_type == PartType.FILE.value,
            ChangeRow.changes.has_key("state"),
        )
        .order_by(ChangeRow.sequence.desc())
        .limit(1)
    )
    return await session.scalar(states) or FIRST_STATE


def _fact(incident: IncidentRow, told: FileHappening) -> IncidentDisclosed | IncidentPartChanged:
    if told.operation is Operation.DOWNLOADED:
        return IncidentDisclosed(
            incident_id=incident.id,
            reference=incident.reference,
            operation=told.operation.value,
            version=incident.version,
        )
    return IncidentPartChanged(
        incident_id=incident.id,
        reference=incident.reference,
        part=told.part.type.value,
        part_id=told.file_id,
        operation=told.operation.value,
        changed=tuple(sorted(told.changes)),
        concerned_ids=(),
        version=incident.version,
    )
