"""Creating a team."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import Key, uuid7
from services.access.domain import details
from services.access.persistence.members import add_members, require_workers
from services.access.persistence.rows import TeamRow
from services.access.usecases.management import hold_company
from services.access.usecases.telling import tell_team
from services.access.usecases.versions import note_new

MOST_MEMBERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTeam:
    """Its members each hold some right in the company."""

    company: Key
    name: str
    members: Collection[UUID] = ()


async def create_team(command: CreateTeam, work: UnitOfWork) -> TeamRow:
    """Raises NotFound, Denied or Invalid."""
    company = await hold_company(command.company, work, "company")
    team = TeamRow(id=uuid7(), company_id=company.id, name=details.name(command.name), active=True, version=1)
    members = frozenset(command.members)
    require_few(members, "members")
    await require_workers(members, company.id, work.session, "members")
    work.session.add(team)
    await work.session.flush()
    await add_members(team, members, work.session)
    tell_team(team, work)
    note_new(team, {"name": team.name, "members": sorted(members)}, work)
    await work.session.flush()
    return team


def require_few(members: Collection[UUID], field: str) -> None:
    """Raises Invalid."""
    if len(members) > MOST_MEMBERS:
        raise Invalid(f"A team has at most {MOST_MEMBERS} members.", field=(field,))
