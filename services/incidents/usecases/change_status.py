"""Moving an incident to another status."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import Key
from services.incidents.domain import lifecycle, permissions
from services.incidents.domain.events import IncidentStatusChanged
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.known import find_known
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from services.incidents.usecases import versions
from services.incidents.usecases.relations import choose


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatus:
    incident_id: UUID
    status: Key
    expected_version: int | None = None


async def change_status(command: ChangeStatus, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, Denied or StaleIncident. Moving to the status it has already changes nothing."""
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    status = await _status(command.status, incident, work)
    before, after = StatusCategory(incident.status_category), StatusCategory(status.category or "")
    needed = lifecycle.permission_to_move(before, after)
    work.actor.require(needed, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    versions.expect(command.expected_version, incident, work)
    if status.id == incident.status_id:
        return incident

    now, left = datetime.now(UTC), incident.status_id
    values = {
        "status_id": status.id,
        "status_category": after.value,
        "closed_at": lifecycle.closed_at(after, incident.closed_at, now),
    }
    versions.write(incident, "STATUS_CHANGED", versions.changed_values(incident, values), now, work, right=needed)
    versions.tell(incident, _fact(incident, left, before), work)
    await work.session.flush()
    return incident


async def _status(key: Key, incident: IncidentRow, work: UnitOfWork) -> DirectoryRef:
    known = await find_known(work.session, entries={key})
    return choose("status", key, known, incident.company_id)


def _fact(incident: IncidentRow, before: UUID, category_before: StatusCategory) -> IncidentStatusChanged:
    return IncidentStatusChanged(
        incident_id=incident.id,
        reference=incident.reference,
        before=before,
        after=incident.status_id,
        category_before=category_before.value,
        category_after=incident.status_category,
        version=incident.version,
    )
