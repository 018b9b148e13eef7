"""Telling a moment of an incident that the directory of timestamps defines."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.domain import custom_timestamps, permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.timestamps import Origin
from services.incidents.persistence.known import find_known
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part
from services.incidents.usecases.timestamps import TOLD, ToldTimestamp, definitions_told, told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIncidentTimestamp:
    incident_id: UUID
    told: ToldTimestamp


async def add_incident_timestamp(command: AddIncidentTimestamp, work: UnitOfWork) -> TimestampRow:
    """Raises NotFound, Denied or Invalid. An incident tells one of each definition."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    known = await find_known(work.session, entries={command.told.definition})
    values = told_of(command.told, known, incident.company_id, Origin.MANUAL, work.actor.id)
    custom_timestamps.check_new(values["definition_id"], await definitions_told(incident.id, work.session))
    row = TimestampRow(**new_part_values(incident, uuid7(), work), **values)
    work.session.add(row)
    part, said = Part(PartType.TIMESTAMP, row.id), first_values(row, *TOLD)
    tell_part(incident, part, Operation.ADDED, said, work, right=permissions.EDIT)
    await work.session.flush()
    return row
