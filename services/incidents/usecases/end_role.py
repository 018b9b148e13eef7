"""Taking a role in an incident from somebody; that it was held stays readable."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.incidents.domain import permissions, roles
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence import intervals
from services.incidents.persistence.role_rows import RoleRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part
from services.incidents.usecases.relations import RESPONSIBLE
from services.incidents.usecases.responsibility import assign

ASSIGNMENT = "The role assignment was"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRole:
    assignment_id: UUID
    expected_version: int | None = None
    ended_at: datetime | None = None


async def end_role(command: EndRole, work: UnitOfWork) -> RoleRow:
    """Raises NotFound, Denied, Invalid or StalePart. What has ended stays as it ended."""
    incident, row = await take_part(RoleRow, command.assignment_id, ASSIGNMENT, work)
    expect(command.expected_version, row, work)
    if row.ended_at is not None:
        return row
    now = datetime.now(UTC)
    if row.role_id is None:
        await _end_lead(command, incident, row, now, work)
        return row
    ended_at = roles.moment(command.ended_at, now, field="ended_at", not_before=row.begun_at)
    changes = change_part(row, {"ended_at": ended_at, "ended_by_id": work.actor.id})
    tell_part(incident, Part(PartType.ROLE, row.id), Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return row


async def _end_lead(command: EndRole, incident: IncidentRow, row: RoleRow, now: datetime, work: UnitOfWork) -> None:
    """Nobody is responsible then."""
    if command.ended_at is not None:
        raise Invalid("The lead changes now: leave this out.", field=("ended_at",))
    await assign(incident, None, now, work)
    await work.session.flush()
    await intervals.turn(incident, {RESPONSIBLE}, now, work.session)
    await work.session.flush()
    await work.session.refresh(row)
