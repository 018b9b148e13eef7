"""Taking a deletion back: the incident is there again, as it was."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import permissions
from services.incidents.domain.events import IncidentRestored
from services.incidents.persistence import confining
from services.incidents.persistence.deleted import Deleted
from services.incidents.persistence.indicators import lock_company
from services.incidents.persistence.reviews import await_covered
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreIncident:
    incident_id: UUID
    expected_version: int | None = None


async def restore_incident(command: RestoreIncident, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, or StaleIncident."""
    incident = await Deleted(work.session, work.actor).get(command.incident_id)
    versions.expect(command.expected_version, incident, work)
    await lock_company(incident.company_id, work.session)
    values = dict.fromkeys(("deleted_at", "deleted_by_id", "delete_reason"))
    changes = versions.changed_values(incident, values)
    versions.write(incident, "RESTORED", changes, datetime.now(UTC), work, right=permissions.DELETE)
    fact = IncidentRestored(incident_id=incident.id, reference=incident.reference, version=incident.version)
    versions.tell(incident, fact, work)
    await work.session.flush()
    await confining.follow(incident, work.session)
    await await_covered(incident, work.session)
    return incident
