"""Taking back a moment of an incident that the directory of timestamps defines; the history keeps it."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.parts import expect, last_values, take_part, tell_part
from services.incidents.usecases.timestamps import TIMESTAMP, TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveIncidentTimestamp:
    timestamp_id: UUID
    expected_version: int | None = None


async def remove_incident_timestamp(command: RemoveIncidentTimestamp, work: UnitOfWork) -> UUID:
    """The id of what is gone. Raises NotFound, Denied or StalePart."""
    incident, row = await take_part(TimestampRow, command.timestamp_id, TIMESTAMP, work)
    expect(command.expected_version, row, work)
    part, said = Part(PartType.TIMESTAMP, row.id), last_values(row, *TOLD)
    tell_part(incident, part, Operation.REMOVED, said, work, right=permissions.EDIT)
    await work.session.delete(row)
    await work.session.flush()
    return row.id
