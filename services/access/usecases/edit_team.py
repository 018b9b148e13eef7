"""Changing a team: its name, whether it is in use, and its members by adding and removing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain import details
from services.access.domain.history import difference
from services.access.persistence.members import add_members, members_of, remove_members, require_workers
from services.access.persistence.rows import TeamRow
from services.access.usecases.create_team import require_few
from services.access.usecases.management import hold_unit
from services.access.usecases.telling import tell_team
from services.access.usecases.versions import Rules, change, checked, expect


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTeam:
    """`values` are new ones by column. Adding who is there and removing who is not there changes nothing."""

    team_id: UUID
    values: Mapping[str, Any]
    add_members: Collection[UUID] = ()
    remove_members: Collection[UUID] = ()
    expected_version: int | None = None


async def edit_team(command: EditTeam, work: UnitOfWork) -> TeamRow:
    """Raises NotFound, Denied, Invalid or StaleRow. An edit that changes nothing writes nothing."""
    team = await hold_unit(TeamRow, command.team_id, work)
    expect(command.expected_version, team, work)
    before = await members_of(team, work.session)
    added = set(command.add_members) - before
    after = (before | added) - set(command.remove_members)
    require_few(after, "add_members")
    await require_workers(added, team.company_id, work.session, "add_members")
    values = checked(command.values, _RULES)
    members = difference(before, after)
    if change(team, values, work, {} if members is None else {"members": members}):
        await add_members(team, after - before, work.session)
        await remove_members(team, before - after, work.session)
        tell_team(team, work)
        await work.session.flush()
    return team


_RULES: Rules = {"name": details.name, "active": bool}
