"""Deleting an incident: it disappears for everybody, its row, history and reference stay."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import deletion, permissions
from services.incidents.domain.events import IncidentDeleted
from services.incidents.persistence import confining
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.indicators import lock_company
from services.incidents.persistence.reviews import await_covered
from services.incidents.usecases import versions


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteIncident:
    incident_id: UUID
    expected_version: int | None = None
    reason: str | None = None


async def delete_incident(command: DeleteIncident, work: UnitOfWork) -> UUID:
    """The id of what was deleted. Raises NotFound, Denied, Invalid or StaleIncident."""
    reason = deletion.reason(command.reason)
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    work.actor.require(permissions.DELETE, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    versions.expect(command.expected_version, incident, work)

    await lock_company(incident.company_id, work.session)
    now = datetime.now(UTC)
    values = {"deleted_at": now, "deleted_by_id": work.actor.id, "delete_reason": reason}
    changes = versions.changed_values(incident, values)
    versions.write(incident, "DELETED", changes, now, work, right=permissions.DELETE)
    fact = IncidentDeleted(incident_id=incident.id, reference=incident.reference, version=incident.version)
    versions.tell(incident, fact, work)
    await work.session.flush()
    await confining.follow(incident, work.session)
    await await_covered(incident, work.session)
    return incident.id
