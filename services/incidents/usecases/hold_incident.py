"""Holding an incident back from being purged, because a court or a contract asks for it; and letting it go."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import permissions
from services.incidents.domain.events import IncidentUpdated
from services.incidents.persistence.deleted import Deleted
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldIncident:
    incident_id: UUID
    held: bool
    expected_version: int | None = None


async def hold_incident(command: HoldIncident, work: UnitOfWork) -> IncidentRow:
    """Also one that is deleted. Raises NotFound, Denied or StaleIncident."""
    incident = await _take(command.incident_id, work)
    versions.expect(command.expected_version, incident, work)
    changes = versions.changed_values(incident, {"held": command.held})
    if changes:
        versions.write(incident, "EDITED", changes, datetime.now(UTC), work, right=permissions.DELETE)
        fact = IncidentUpdated(
            incident_id=incident.id, reference=incident.reference, changed=("held",), version=incident.version
        )
        versions.tell(incident, fact, work)
    await work.session.flush()
    return incident


async def _take(incident_id: UUID, work: UnitOfWork) -> IncidentRow:
    try:
        incident = await Incidents(work.session, work.actor).get(incident_id, lock=True)
    except NotFound:
        return await Deleted(work.session, work.actor).get(incident_id)
    work.actor.require(
        permissions.DELETE, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW, field=("id",)
    )
    return incident
