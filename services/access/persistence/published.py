"""What other services may know of companies and users for their own projections."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, exists, false, func, literal, or_, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.internal import Lookup, Row
from services.access.domain.permissions import VIEW_INCIDENTS
from services.access.persistence.rows import CompanyRow, GroupCompanyRow, GroupMemberRow, GroupRow, UserRow

PageOf: TypeAlias = Callable[[UUID | None, int], Awaitable[list[Row]]]
Find: TypeAlias = Callable[[Lookup], Awaitable[list[Row]]]

_ACTOR = Actor.system("publication of companies and users", EVERY_COMPANY)
_COMPANIES = select(
    CompanyRow.id,
    CompanyRow.version,
    CompanyRow.code,
    CompanyRow.name,
    CompanyRow.active,
    CompanyRow.default_locale,
    CompanyRow.time_zone,
)
_SEES_INCIDENTS = (
    GroupMemberRow.user_id == UserRow.id,
    GroupRow.id == GroupMemberRow.group_id,
    literal(VIEW_INCIDENTS) == func.any(GroupRow.permissions),
)
_USERS = select(
    UserRow.id,
    UserRow.version,
    UserRow.name,
    UserRow.email,
    UserRow.locale,
    UserRow.active,
    exists().where(*_SEES_INCIDENTS, GroupRow.every_company).label("every_company"),
    func.array(
        select(GroupCompanyRow.company_id)
        .distinct()
        .where(*_SEES_INCIDENTS, GroupCompanyRow.group_id == GroupRow.id)
        .order_by(GroupCompanyRow.company_id)
        .scalar_subquery(),
        type_=ARRAY(Uuid()),
    ).label("company_ids"),
)


def page_of_companies(database: Database) -> PageOf:
    return _pages(database, _COMPANIES, CompanyRow.id)


def find_companies(database: Database) -> Find:
    async def find(asked: Lookup) -> list[Row]:
        wanted = or_(CompanyRow.id == func.any(asked.ids), CompanyRow.code == func.any(asked.codes))
        return await _rows(database, _COMPANIES.where(wanted))

    return find


def page_of_users(database: Database) -> PageOf:
    return _pages(database, _USERS, UserRow.id)


def find_users(database: Database) -> Find:
    async def find(asked: Lookup) -> list[Row]:
        return await _rows(database, _USERS.where(UserRow.id == func.any(asked.ids) if asked.ids else false()))

    return find


def _pages(database: Database, statement: Select[*tuple[Any, ...]], key: Any) -> PageOf:
    async def page(after: UUID | None, limit: int) -> list[Row]:
        behind = statement if after is None else statement.where(key > after)
        return await _rows(database, behind.order_by(key).limit(limit))

    return page


async def _rows(database: Database, statement: Select[*tuple[Any, ...]]) -> list[Row]:
    async with database.read(_ACTOR) as session:
        return [dict(row._mapping) for row in await session.execute(statement)]  # noqa: SLF001  # SQLAlchemy's public name
