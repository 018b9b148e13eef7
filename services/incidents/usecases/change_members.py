"""Changing to whom a restricted incident is confided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.incidents.domain import permissions
from services.incidents.domain.visibility import with_members, without_members
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.known import find_known
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions
from services.incidents.usecases.audience import show_to
from services.incidents.usecases.relations import colleagues


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMembers:
    incident_id: UUID
    add: Sequence[UUID] = ()
    remove: Sequence[UUID] = ()
    expected_version: int | None = None


async def change_members(command: ChangeMembers, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, Denied, StaleIncident or Invalid. Who is both removed and added stays or becomes a member."""
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    work.actor.require(permissions.EDIT, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    versions.expect(command.expected_version, incident, work)
    if not incident.restricted:
        raise Invalid("Only a restricted incident has members: restrict it first.", field=("id",))

    new = set(command.add) - set(incident.members)
    known = await find_known(work.session, users=new)
    colleagues(new, known, incident.company_id, field="add_members")
    members = _changed(command, incident, work)
    show_to(incident, incident.visibility, members, datetime.now(UTC), work)
    await work.session.flush()
    return incident


def _changed(command: ChangeMembers, incident: IncidentRow, work: UnitOfWork) -> list[UUID]:
    sees_anyway = work.actor.may(permissions.VIEW_RESTRICTED, incident.company_id)
    grown = with_members(incident.members, command.add, field="add_members")
    return without_members(
        grown,
        set(command.remove) - set(command.add),
        responsible=incident.responsible_id,
        by=None if sees_anyway else work.actor.id,
    )
