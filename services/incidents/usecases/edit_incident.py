"""Editing an incident: any of its fields at any time, guarded by the version the editor has seen."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import details, permissions
from services.incidents.domain.events import IncidentAssigned, IncidentUpdated
from services.incidents.domain.visibility import with_members
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.known import find_known
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions
from services.incidents.usecases.audience import show_to
from services.incidents.usecases.relations import RESPONSIBLE, Relations, directory_keys, resolve, unit_keys, user_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIncident:
    """Only what is in `details` and `relations` is touched."""

    incident_id: UUID
    expected_version: int
    details: dict[str, Any] = field(default_factory=dict)
    relations: Relations = field(default_factory=dict)


async def edit_incident(command: EditIncident, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, Denied, StaleIncident or Invalid. An edit that changes nothing writes nothing."""
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    work.actor.require(permissions.EDIT, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    versions.expect(command.expected_version, incident, work)

    values = details.check(command.details) | await _related(command.relations, incident, work)
    changes = versions.changed_values(incident, values)
    assigned, now = changes.pop(RESPONSIBLE, None), datetime.now(UTC)
    if changes:
        versions.write(incident, "EDITED", changes, now, work, right=permissions.EDIT)
        versions.tell(incident, _updated(incident, changes), work)
    if assigned is not None:
        _confide(incident, assigned[1], now, work)
        versions.write(incident, "ASSIGNED", {RESPONSIBLE: assigned}, now, work, right=permissions.EDIT)
        versions.tell(incident, _assigned(incident, *assigned), work)
    await work.session.flush()
    return incident


def _confide(incident: IncidentRow, responsible: UUID | None, now: datetime, work: UnitOfWork) -> None:
    """Whoever is to work a restricted incident becomes a member before being told of it."""
    if incident.restricted and responsible is not None:
        members = with_members(incident.members, [responsible], field="responsible_id")
        show_to(incident, incident.visibility, members, now, work)


async def _related(relations: Relations, incident: IncidentRow, work: UnitOfWork) -> dict[str, Any]:
    if not relations:
        return {}
    current = () if incident.type_id is None else (incident.type_id,)
    entries = {*directory_keys(relations), *current}
    known = await find_known(
        work.session, entries=entries, users=set(user_ids(relations)), units=set(unit_keys(relations))
    )
    return resolve(relations, known, incident.company_id, work.actor.id, incident)


def _updated(incident: IncidentRow, changes: dict[str, tuple[Any, Any]]) -> IncidentUpdated:
    return IncidentUpdated(
        incident_id=incident.id, reference=incident.reference, changed=tuple(sorted(changes)), version=incident.version
    )


def _assigned(incident: IncidentRow, before: UUID | None, after: UUID | None) -> IncidentAssigned:
    return IncidentAssigned(
        incident_id=incident.id, reference=incident.reference, before=before, after=after, version=incident.version
    )
