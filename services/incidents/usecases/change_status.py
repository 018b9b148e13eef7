"""Moving an incident to another status."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import Key
from services.incidents.domain import lifecycle, permissions
from services.incidents.domain.events import IncidentStatusChanged
from services.incidents.domain.gates import Incomplete, gates_between, missing
from services.incidents.domain.lifecycle import StatusCategory
from services.incidents.persistence import intervals
from services.incidents.persistence.gates import gates_of
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.known import find_known
from services.incidents.persistence.reviews import await_reviews
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from services.incidents.persistence.standings import standings
from services.incidents.usecases import review_duty, stamping, versions
from services.incidents.usecases.relations import choose


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatus:
    incident_id: UUID
    status: Key
    expected_version: int | None = None


async def change_status(command: ChangeStatus, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, Denied, StaleIncident or Incomplete. Moving to the status it has already changes nothing."""
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    status = await _status(command.status, incident, work)
    before, after = StatusCategory(incident.status_category), StatusCategory(status.category or "")
    needed = lifecycle.permission_to_move(before, after)
    work.actor.require(needed, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    versions.expect(command.expected_version, incident, work)
    if status.id == incident.status_id:
        return incident

    await _pass_gates(before, after, incident, work)
    now, left = datetime.now(UTC), incident.status_id
    values = {"status_id": status.id, "status_category": after.value}
    values |= stamping.on_entering(after, incident, now, work.actor.id)
    values |= await review_duty.on_moving(after, incident, now, work)
    changes = versions.changed_values(incident, values)
    versions.write(incident, "STATUS_CHANGED", changes, now, work, right=needed)
    versions.tell(incident, _fact(incident, left, before), work)
    await work.session.flush()
    await intervals.turn(incident, changes, now, work.session)
    if review_duty.DUE in changes:
        await await_reviews(incident.company_id, [incident.id], work.session)
    await work.session.flush()
    return incident


async def _pass_gates(before: StatusCategory, after: StatusCategory, incident: IncidentRow, work: UnitOfWork) -> None:
    """Raises Incomplete."""
    if not gates_between(before, after):
        return
    demanded = (await gates_of([incident.company_id], work.session))[incident.company_id]
    standing = (await standings([incident], demanded.about_parts, work.session, work.actor))[incident.id]
    own, value_of = demanded.of(standing), partial(standing.value_of, partial(getattr, incident))
    if lacking := missing(before, after, own, value_of):
        raise Incomplete(lacking)


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
