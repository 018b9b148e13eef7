"""Creating a group."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.access import EVERY_COMPANY, Companies, Everywhere
from chassis.database import UnitOfWork
from chassis.errors import Conflict, Denied, Invalid
from chassis.identifiers import Key, uuid7
from services.access.domain import details
from services.access.domain.history import Operation, Subject, SubjectKind, created
from services.access.domain.permissions import MANAGE, known
from services.access.persistence.companies import Companies as CompanyRepository
from services.access.persistence.groups import Groups
from services.access.persistence.history import record
from services.access.persistence.rows import GroupRow
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_holding, require_management
from services.access.usecases.telling import tell_members


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateGroup:
    """Either some `companies` or every one."""

    name: str
    permissions: Collection[str]
    companies: Collection[Key] = ()
    every_company: bool = False
    members: Collection[UUID] = ()
    shows_module_link: bool = True


async def create_group(command: CreateGroup, work: UnitOfWork) -> GroupRow:
    """Raises NotFound, Denied, Invalid or Conflict; then nothing is stored."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE)
    permissions = known(command.permissions, field=("permissions",))
    companies = await _companies(command, work)
    require_management(work.actor, companies)
    require_holding(work.actor, permissions, companies)
    members = {user.id for user in await Users(work.session, work.actor).get_all(command.members, "members")}
    groups = Groups(work.session, work.actor)
    group = _group(command, permissions)
    if await groups.name_taken(group.name):
        raise Conflict("There is a group of this name.", field=("name",))

    work.session.add(group)
    await work.session.flush()
    await groups.add_companies(group, companies if isinstance(companies, frozenset) else ())
    await tell_members(group, members, work)
    await groups.add_members(group, members)
    _record(group, companies, members, work)
    await work.session.flush()
    return group


def _record(group: GroupRow, companies: Companies, members: Collection[UUID], work: UnitOfWork) -> None:
    told = created(
        name=group.name,
        permissions=group.permissions,
        every_company=group.every_company,
        companies=None if isinstance(companies, Everywhere) else sorted(companies),
        members=sorted(members),
        shows_module_link=group.shows_module_link,
    )
    record(Subject(SubjectKind.GROUP, group.id, group.name), companies, Operation.CREATED, work, told)


async def _companies(command: CreateGroup, work: UnitOfWork) -> Companies:
    if command.every_company == bool(command.companies):
        raise Invalid("A group holds in some companies or in every company: name one of the two.", field=("companies",))
    if command.every_company:
        return EVERY_COMPANY
    return await CompanyRepository(work.session, work.actor).resolve(command.companies, "companies")


def _group(command: CreateGroup, permissions: list[str]) -> GroupRow:
    return GroupRow(
        id=uuid7(),
        name=details.name(command.name),
        permissions=permissions,
        every_company=command.every_company,
        shows_module_link=command.shows_module_link,
        created_at=datetime.now(UTC),
        version=1,
        sequence=0,
    )
