"""Taking an indicator out of an incident; what stands in none any more is forgotten, but for the histories."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.indicators.vocabulary import OF_THE_LINK
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.indicator_rows import IncidentIndicatorRow
from services.incidents.persistence.indicators import lock_company
from services.incidents.usecases.indicators import INDICATOR, indicator_of
from services.incidents.usecases.parts import expect, take_part, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveIncidentIndicator:
    link_id: UUID
    expected_version: int | None = None


async def remove_incident_indicator(command: RemoveIncidentIndicator, work: UnitOfWork) -> UUID:
    """The id of what is gone. Raises NotFound, Denied or StalePart."""
    incident, link = await take_part(IncidentIndicatorRow, command.link_id, INDICATOR, work)
    expect(command.expected_version, link, work)
    await lock_company(incident.company_id, work.session)
    indicator = await indicator_of(link, work)
    said: dict[str, Any] = {"type": indicator.type_code, "value": indicator.value}
    said |= {name: getattr(link, name) for name in OF_THE_LINK}
    changes = {name: (value, None) for name, value in said.items() if value not in (None, False)}
    part = Part(PartType.INDICATOR, link.id)
    tell_part(incident, part, Operation.REMOVED, changes, work, right=permissions.EDIT)
    await work.session.delete(link)
    await work.session.flush()
    return link.id
