"""Restricting an incident to its members, or opening it to the company again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.incidents.domain import permissions
from services.incidents.domain.visibility import Visibility, first_members, with_members
from services.incidents.persistence import confining, sources
from services.incidents.persistence.incidents import INCIDENT, Incidents
from services.incidents.persistence.indicators import lock_company
from services.incidents.persistence.known import find_known
from services.incidents.persistence.reviews import await_covered
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import versions
from services.incidents.usecases.audience import show_to
from services.incidents.usecases.relations import colleagues


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVisibility:
    """`members` are further ones of a restricted incident, beside who restricts it and who is responsible."""

    incident_id: UUID
    visibility: Visibility
    members: Sequence[UUID] = ()
    expected_version: int | None = None


async def change_visibility(command: ChangeVisibility, work: UnitOfWork) -> IncidentRow:
    """Raises NotFound, Denied, StaleIncident or Invalid. What is opened has no members any more."""
    incident = await Incidents(work.session, work.actor).get(command.incident_id, lock=True)
    work.actor.require(permissions.EDIT, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW)
    versions.expect(command.expected_version, incident, work)
    members = await _members(command, incident, work)
    before = incident.visibility
    if command.visibility is not before:
        await lock_company(incident.company_id, work.session)
    show_to(incident, command.visibility, members, datetime.now(UTC), work)
    await work.session.flush()
    if incident.visibility is not before:
        await sources.follow(incident, work.session)
        await confining.follow(incident, work.session)
        await await_covered(incident, work.session)
    return incident


async def _members(command: ChangeVisibility, incident: IncidentRow, work: UnitOfWork) -> list[UUID]:
    if command.visibility is Visibility.COMPANY:
        if command.members:
            raise Invalid("What the company sees has no members: leave them out.", field=("member_ids",))
        return []
    named = set(command.members) - set(incident.members)
    known = await find_known(work.session, users=named)
    colleagues(named, known, incident.company_id, field="member_ids")
    if incident.restricted:
        return with_members(incident.members, command.members, field="member_ids")
    return first_members(command.members, by=work.actor.id, responsible=incident.responsible_id)
