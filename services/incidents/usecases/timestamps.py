"""What telling, editing and removing the moments that a directory defines share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import Refusal
from chassis.identifiers import Key, uuid7
from services.incidents.domain import custom_timestamps
from services.incidents.domain.timestamps import Origin, Precision
from services.incidents.persistence.known import Known
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.indicators import under
from services.incidents.usecases.relations import choose_from

Columns: TypeAlias = Mapping[str, Any]

DIRECTORY: Final = "timestamp"
TIMESTAMP: Final = "The timestamp was"
TOLD: Final = ("definition_id", "at", "precision", "origin")
FIRST: Final = "custom_timestamps"  # what those are called that are told at registration


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTimestamp:
    """When it was that an entry of the directory names, and how exact that is."""

    definition: Key
    at: datetime
    precision: Precision = Precision.MINUTE


def told_of(each: ToldTimestamp, known: Known, company: UUID, origin: Origin, by: UUID) -> dict[str, Any]:
    """The columns of a moment that an incident of `company` tells. Raises NotFound or Invalid."""
    definition = choose_from(DIRECTORY, each.definition, known, company, field="definition", what="The definition was")
    return {"definition_id": definition.id, **custom_timestamps.told(each.at, each.precision, origin, by)}


def first_told(
    told: Sequence[ToldTimestamp], known: Known, company: UUID, origin: Origin, by: UUID
) -> list[dict[str, Any]]:
    """The columns of those that a new incident tells. Raises NotFound or Invalid, naming which."""
    found: list[dict[str, Any]] = []
    for place, each in enumerate(told):
        try:
            columns = told_of(each, known, company, origin, by)
            custom_timestamps.check_new(columns["definition_id"], [other["definition_id"] for other in found])
        except Refusal as refusal:
            raise under(refusal, FIRST, str(place)) from refusal
        found.append(columns)
    return found


def begin(incident: IncidentRow, told: Sequence[Columns], session: AsyncSession) -> None:
    """Stores those of a new incident, whose first entry of the history tells them."""
    for columns in told:
        row = TimestampRow(id=uuid7(), incident_id=incident.id, company_id=incident.company_id, version=1, **columns)
        row.created_at, row.created_by_id = incident.registered_at, incident.registered_by_id
        session.add(row)


def in_history(told: Sequence[Columns]) -> list[dict[str, Any]]:
    return [{name: columns[name] for name in TOLD} for columns in told]


async def definitions_told(incident: UUID, session: AsyncSession) -> Collection[UUID]:
    """Of which definitions the incident, which the caller holds, tells a moment."""
    wanted = select(TimestampRow.definition_id).where(TimestampRow.incident_id == incident)
    return set(await session.scalars(wanted))
