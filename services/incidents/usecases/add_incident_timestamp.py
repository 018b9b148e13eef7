"""Telling a moment of an incident that the directory of timestamps defines."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import Key, uuid7
from services.incidents.domain import custom_timestamps, permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.timestamps import Origin, Precision
from services.incidents.persistence.known import find_known
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part
from services.incidents.usecases.relations import choose_from
from services.incidents.usecases.timestamps import DIRECTORY, TOLD, definitions_told


@dataclass(frozen=True, slots=True, kw_only=True)
class AddIncidentTimestamp:
    incident_id: UUID
    definition: Key
    at: datetime
    precision: Precision = Precision.MINUTE


async def add_incident_timestamp(command: AddIncidentTimestamp, work: UnitOfWork) -> TimestampRow:
    """Raises NotFound, Denied or Invalid. An incident tells one of each definition."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    known = await find_known(work.session, entries={command.definition})
    definition = choose_from(
        DIRECTORY, command.definition, known, incident.company_id, field="definition", what="The definition was"
    )
    custom_timestamps.check_new(definition.id, await definitions_told(incident.id, work.session))
    values = custom_timestamps.told(command.at, command.precision, Origin.MANUAL, work.actor.id)
    row = TimestampRow(**new_part_values(incident, uuid7(), work), definition_id=definition.id, **values)
    work.session.add(row)
    part, said = Part(PartType.TIMESTAMP, row.id), first_values(row, *TOLD)
    tell_part(incident, part, Operation.ADDED, said, work, right=permissions.EDIT)
    await work.session.flush()
    return row
