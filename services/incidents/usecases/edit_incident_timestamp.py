"""Putting right a moment of an incident that the directory of timestamps defines."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import custom_timestamps, permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.timestamps import Origin, Precision
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part
from services.incidents.usecases.timestamps import TIMESTAMP, TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIncidentTimestamp:
    """What is None stays as it is."""

    timestamp_id: UUID
    expected_version: int
    at: datetime | None = None
    precision: Precision | None = None


async def edit_incident_timestamp(command: EditIncidentTimestamp, work: UnitOfWork) -> TimestampRow:
    """Raises NotFound, Denied, Invalid or StalePart. Who tells again what is known is not who set it."""
    incident, row = await take_part(TimestampRow, command.timestamp_id, TIMESTAMP, work)
    expect(command.expected_version, row, work)
    precision = command.precision or Precision(row.precision)
    values = custom_timestamps.told(command.at or row.at, precision, Origin.MANUAL, work.actor.id)
    if command.at is None:
        values["utc_offset"] = row.utc_offset
    if (values["at"], values["precision"]) == (row.at, row.precision):
        return row
    changes = {name: both for name, both in change_part(row, values).items() if name in TOLD}
    part = Part(PartType.TIMESTAMP, row.id)
    tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return row
