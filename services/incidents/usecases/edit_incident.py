"""Editing an incident: any of its fields at any time, guarded by the version the editor has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Refusal
from services.incidents.domain import details, permissions
from services.incidents.domain.events import IncidentUpdated
from services.incidents.domain.timestamps import Precision
from services.incidents.persistence import intervals
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.known import find_known
from services.incidents.persistence.reviews import await_reviews
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import review_duty, stamping, versions
from services.incidents.usecases.relations import RESPONSIBLE, Relations, directory_keys, resolve, unit_keys, user_ids
from services.incidents.usecases.responsibility import assign

Conflicts: TypeAlias = Mapping[str, tuple[Any, Any]]


class StaleEdit(versions.StaleIncident):
    """`conflicts` are, by column, what the editor wants and what is there now, where these differ."""

    def __init__(self, expected: int, current: IncidentRow, conflicts: Conflicts) -> None:
        super().__init__(expected, current)
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIncident:
    """Only what is in `details` and `relations` is touched."""

    incident_id: UUID
    expected_version: int
    details: dict[str, Any] = field(default_factory=dict)
    relations: Relations = field(default_factory=dict)
    precisions: Mapping[str, Precision] = field(default_factory=dict)


async def edit_incident(command: EditIncident, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, Denied, StaleEdit or Invalid. An edit that changes nothing writes nothing."""
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    work.actor.require(permissions.EDIT, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    if command.expected_version != incident.version:
        conflicts = await _conflicts(command, incident, work)
        work.session.expunge(incident)  # a rollback empties what is still in the session
        raise StaleEdit(command.expected_version, incident, conflicts)

    values = await _wanted(command, incident, work)
    values |= await review_duty.on_edit(values, incident, datetime.now(UTC), work)
    values |= stamping.on_edit(values, command.details, command.precisions, incident, work.actor.id)
    changes = versions.changed_values(incident, values)
    told = set(changes)
    assigned, now = changes.pop(RESPONSIBLE, None), datetime.now(UTC)
    if changes:
        versions.write(incident, "EDITED", changes, now, work, right=permissions.EDIT)
        versions.tell(incident, _updated(incident, changes), work)
    if assigned is not None:
        await assign(incident, assigned[1], now, work)
    await work.session.flush()
    await intervals.turn(incident, told, now, work.session)
    if review_duty.DUE in told:
        await await_reviews(incident.company_id, [incident.id], work.session)
    return incident


async def _wanted(command: EditIncident, incident: IncidentRow, work: UnitOfWork) -> dict[str, Any]:
    return details.check(command.details) | await _related(command.relations, incident, work)


async def _conflicts(command: EditIncident, incident: IncidentRow, work: UnitOfWork) -> Conflicts:
    """Nothing where the wish cannot even be told beside what there is now: others may have changed what it rests on."""
    try:
        values = await _wanted(command, incident, work)
    except Refusal:
        return {}
    changes = versions.changed_values(incident, values)
    return {name: (wanted, present) for name, (present, wanted) in changes.items()}


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
