"""Telling the others whose rights changed: rows get new versions, events go out in portions."""

from collections.abc import Collection, Iterator
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain.events import (
    CompanyChanged,
    DepartmentChanged,
    GrantsChanged,
    SiteChanged,
    TeamChanged,
    UsersChanged,
)
from services.access.persistence.rows import ApiKeyRow, CompanyRow, DepartmentRow, GroupRow, SiteRow, TeamRow, UserRow
from services.access.persistence.users import Users

MOST_IDS = 500


def tell_company(company: CompanyRow, work: UnitOfWork) -> None:
    fact = CompanyChanged(company_id=company.id, version=company.version)
    work.emit(fact, subject=company.id, company=company.id, sequence=company.version)


def tell_department(department: DepartmentRow, work: UnitOfWork) -> None:
    company = department.company_id
    fact = DepartmentChanged(department_id=department.id, company_id=company, version=department.version)
    work.emit(fact, subject=department.id, company=company, sequence=department.version)


def tell_site(site: SiteRow, work: UnitOfWork) -> None:
    fact = SiteChanged(site_id=site.id, company_id=site.company_id, version=site.version)
    work.emit(fact, subject=site.id, company=site.company_id, sequence=site.version)


def tell_team(team: TeamRow, work: UnitOfWork) -> None:
    fact = TeamChanged(team_id=team.id, company_id=team.company_id, version=team.version)
    work.emit(fact, subject=team.id, company=team.company_id, sequence=team.version)


def tell_user(user: UserRow, work: UnitOfWork) -> None:
    user.sequence += 1
    work.emit(UsersChanged(user_ids=(user.id,)), subject=user.id, company=None, sequence=user.sequence)


def tell_change(user: UserRow, work: UnitOfWork) -> None:
    """Of the user's own fields, which gateways have a copy of: with a new version."""
    user.version += 1
    tell_user(user, work)
    tell_grants(user, work)


def tell_grants(user: UserRow, work: UnitOfWork) -> None:
    """Sessions, keys or rights of the user are others now."""
    user.sequence += 1
    work.emit(GrantsChanged(user_ids=(user.id,)), subject=user.id, company=None, sequence=user.sequence)


def tell_key(key: ApiKeyRow, work: UnitOfWork) -> None:
    """The key opens otherwise now, or nothing any more."""
    work.emit(GrantsChanged(user_ids=(key.user_id,)), subject=key.id, company=None, sequence=key.version)


async def tell_members(group: GroupRow, members: Collection[UUID], work: UnitOfWork) -> None:
    """The rights of `members` change with `group`: told before, while who is taken out is in the actor's care still."""
    if not members:
        return
    await Users(work.session, work.actor).raise_versions(members)
    for ids in _portions(sorted(members)):
        for fact in (UsersChanged(user_ids=ids), GrantsChanged(user_ids=ids)):
            group.sequence += 1
            work.emit(fact, subject=group.id, company=None, sequence=group.sequence)


def _portions(ids: list[UUID]) -> Iterator[tuple[UUID, ...]]:
    for start in range(0, len(ids), MOST_IDS):
        yield tuple(ids[start : start + MOST_IDS])
