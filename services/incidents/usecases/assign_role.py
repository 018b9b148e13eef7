"""Giving somebody a role in an incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import Key, uuid7
from services.incidents.domain import permissions, roles
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.roles import Contact
from services.incidents.persistence import intervals, leads
from services.incidents.persistence.known import find_known
from services.incidents.persistence.role_rows import RoleRow
from services.incidents.persistence.rows import DirectoryRef, IncidentRow
from services.incidents.usecases.parts import change_part, first_values, new_part_values, take, tell_part
from services.incidents.usecases.readers import require_readers
from services.incidents.usecases.relations import RESPONSIBLE, choose_from, colleagues
from services.incidents.usecases.responsibility import assign

_TOLD = ("role_id", "user_id", "contact_name", "contact_email", "contact_organization", "begun_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole:
    """To a user who may see the incident or, but for the lead, to somebody from outside."""

    incident_id: UUID
    role: Key
    user_id: UUID | None = None
    contact: Contact | None = None
    begun_at: datetime | None = None


async def assign_role(command: AssignRole, work: UnitOfWork) -> RoleRow:
    """Raises NotFound, Denied or Invalid. A role that one person has at a time goes on to the new one."""
    incident, now = await take(command.incident_id, work, right=permissions.EDIT), datetime.now(UTC)
    roles.require_one_person({"userId": command.user_id, "contact": command.contact})
    role = await _role(command.role, incident, work)
    if role.code == roles.LEAD and role.company_id is None:
        return await _lead(command, incident, now, work)

    begun_at = roles.moment(command.begun_at, now, field="begun_at")
    contact = {} if command.contact is None else roles.contact(command.contact)
    await require_readers([] if command.user_id is None else [command.user_id], incident, work, field="user_id")
    await _make_room(role, incident, command.user_id, begun_at, work)
    row = RoleRow(
        **new_part_values(incident, uuid7(), work),
        **contact,
        role_id=role.id,
        user_id=command.user_id,
        begun_at=begun_at,
    )
    work.session.add(row)
    concerned = [] if command.user_id is None else [command.user_id]
    part, said = Part(PartType.ROLE, row.id), first_values(row, *_TOLD)
    tell_part(incident, part, Operation.ADDED, said, work, right=permissions.EDIT, concerned=concerned)
    await work.session.flush()
    return row


async def _role(key: Key, incident: IncidentRow, work: UnitOfWork) -> DirectoryRef:
    known = await find_known(work.session, entries={key})
    return choose_from("role", key, known, incident.company_id, field="role", what="The role was")


async def _lead(command: AssignRole, incident: IncidentRow, now: datetime, work: UnitOfWork) -> RoleRow:
    """As by an edit of the responsible person."""
    if command.user_id is None:
        raise Invalid("The lead is a user who may see the incident.", field=("contact",))
    if command.begun_at is not None:
        raise Invalid("The lead changes now: leave this out.", field=("begun_at",))
    if command.user_id != incident.responsible_id:
        known = await find_known(work.session, users={command.user_id})
        colleagues([command.user_id], known, incident.company_id, field="user_id")
        await assign(incident, command.user_id, now, work, field="user_id")
        await work.session.flush()
        await intervals.turn(incident, {RESPONSIBLE}, now, work.session)
        await work.session.flush()
    return await leads.present(incident, work)


async def _make_room(
    role: DirectoryRef, incident: IncidentRow, user: UUID | None, begun_at: datetime, work: UnitOfWork
) -> None:
    """Raises Invalid for who has the role already, and where too many have one."""
    present = await _present(incident, work)
    holders = [each for each in present if each.role_id == role.id]
    if user is not None and any(each.user_id == user for each in holders):
        raise Invalid("This person has this role already.", field=("user_id",))
    if len(present) >= roles.MOST_AT_ONCE:
        raise Invalid(f"At most {roles.MOST_AT_ONCE} roles at once: end one first.", field=("role",))
    for holder in holders if role.single else ():
        ended = {"ended_at": max(begun_at, holder.begun_at), "ended_by_id": work.actor.id}
        changes = change_part(holder, ended)
        tell_part(incident, Part(PartType.ROLE, holder.id), Operation.EDITED, changes, work, right=permissions.EDIT)
        await work.session.flush()


async def _present(incident: IncidentRow, work: UnitOfWork) -> Sequence[RoleRow]:
    wanted = select(RoleRow).where(RoleRow.incident_id == incident.id, RoleRow.ended_at.is_(None))
    return (await work.session.scalars(wanted.execution_options(populate_existing=True))).all()
