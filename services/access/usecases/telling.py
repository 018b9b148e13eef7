"""Telling the others whose rights changed: rows get new versions, events go out in portions."""

from collections.abc import Collection, Iterator
from uuid import UUID

from chassis.database import UnitOfWork
from services.access.domain.events import CompanyChanged, GrantsChanged, UsersChanged
from services.access.persistence.rows import CompanyRow, GroupRow, UserRow
from services.access.persistence.users import Users

MOST_IDS = 500


def tell_company(company: CompanyRow, work: UnitOfWork) -> None:
    fact = CompanyChanged(company_id=company.id, version=company.version)
    work.emit(fact, subject=company.id, company=company.id, sequence=company.version)


def tell_user(user: UserRow, work: UnitOfWork) -> None:
    user.sequence += 1
    work.emit(UsersChanged(user_ids=(user.id,)), subject=user.id, company=None, sequence=user.sequence)


async def tell_members(group: GroupRow, members: Collection[UUID], work: UnitOfWork) -> None:
    """The rights of `members` changed with `group`."""
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
