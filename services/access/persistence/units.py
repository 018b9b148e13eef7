"""Finding departments, sites and teams, always through the eyes of one actor."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from chassis.access import Actor
from chassis.errors import NotFound
from chassis.rowsecurity import among
from services.access.domain.permissions import sees_units
from services.access.domain.tree import Parents
from services.access.persistence.contents import Contents
from services.access.persistence.rows import (
    DepartmentRow,
    GroupCompanyRow,
    GroupMemberRow,
    GroupRow,
    SiteRow,
    TeamMemberRow,
    TeamRow,
    UserDepartmentRow,
    UserRow,
)
from services.access.persistence.sight import containing

UNITS: Final = "units"  # the wall of what companies consist of
U = TypeVar("U", DepartmentRow, SiteRow, TeamRow)
_WHAT: Final = {DepartmentRow: "The department was", SiteRow: "The site was", TeamRow: "The team was"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFilter:
    """All given conditions must hold; None means no condition."""

    active: bool | None = None
    search: str | None = None


ALL: Final = UnitFilter()


class Units(Generic[U]):
    def __init__(self, kind: type[U], session: AsyncSession, actor: Actor) -> None:
        self._kind: type[U] = kind
        self._session = session
        self._actor = actor

    async def by_ids(self, ids: Collection[UUID]) -> dict[UUID, U]:
        found = await self._session.scalars(self._visible().where(self._kind.id == func.any(list(ids))))
        return {unit.id: unit for unit in found}

    async def get(self, unit_id: UUID, *field: str) -> U:
        """As it is now, also when it was read before. Raises NotFound when it is absent or out of sight."""
        wanted = self._visible().where(self._kind.id == unit_id).execution_options(populate_existing=True)
        found = await self._session.scalar(wanted)
        if found is None:
            raise NotFound(_WHAT[self._kind], field=field)
        return found

    def _visible(self) -> Select[U]:
        return visible(self._kind, self._actor)


def visible(kind: type[U], actor: Actor) -> Select[U]:
    """What a company consists of is in sight of who sees its incidents, adds some, reads its figures or manages it."""
    return select(kind).where(among(kind.company_id, sees_units(actor)))


def of_companies(kind: type[U], wanted: UnitFilter, actor: Actor) -> Contents[U]:
    return Contents(kind, kind.company_id, _filtered(kind, wanted, actor))


def below_departments(wanted: UnitFilter, actor: Actor) -> Contents[DepartmentRow]:
    return Contents(DepartmentRow, DepartmentRow.parent_id, _filtered(DepartmentRow, wanted, actor))


def of_users(actor: Actor) -> Contents[DepartmentRow]:
    """The departments of users in the companies in which they still hold some right."""
    linked = visible(DepartmentRow, actor).join(UserDepartmentRow, UserDepartmentRow.department_id == DepartmentRow.id)
    still = works_in_its(UserDepartmentRow.user_id, UserDepartmentRow.company_id)
    return Contents(DepartmentRow, UserDepartmentRow.user_id, linked.where(still))


def of_teams(actor: Actor) -> Contents[UserRow]:
    """Members who still hold some right in the team's company."""
    linked = select(UserRow).join(TeamMemberRow, TeamMemberRow.user_id == UserRow.id)
    still = works_in_its(UserRow.id, TeamMemberRow.company_id)
    seen = among(TeamMemberRow.company_id, sees_units(actor))
    return Contents(UserRow, TeamMemberRow.team_id, linked.where(seen, still))


async def department_parents(company_id: UUID, session: AsyncSession) -> Parents:
    """The whole tree of a company."""
    pairs = select(DepartmentRow.id, DepartmentRow.parent_id).where(DepartmentRow.company_id == company_id)
    return {row.id: row.parent_id for row in await session.execute(pairs)}


async def department_code_taken(code: str, company_id: UUID, by_other_than: UUID, session: AsyncSession) -> bool:
    wanted = (DepartmentRow.company_id == company_id, DepartmentRow.code == code, DepartmentRow.id != by_other_than)
    return bool(await session.scalar(select(exists().where(*wanted))))


def works_in_its(user_id: InstrumentedAttribute[UUID], company_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Users with a group that reaches the company of the same row."""
    here = and_(GroupCompanyRow.group_id == GroupRow.id, GroupCompanyRow.company_id == company_id)
    held = (
        select(GroupMemberRow.user_id)
        .join(GroupRow, GroupRow.id == GroupMemberRow.group_id)
        .outerjoin(GroupCompanyRow, here)
        .where(GroupMemberRow.user_id == user_id, or_(GroupRow.every_company, GroupCompanyRow.group_id.is_not(None)))
    )
    return held.correlate_except(GroupMemberRow, GroupRow, GroupCompanyRow).exists()


def _filtered(kind: type[U], wanted: UnitFilter, actor: Actor) -> Select[U]:
    rows = visible(kind, actor)
    if wanted.active is not None:
        rows = rows.where(kind.active == wanted.active)
    return rows if wanted.search is None else rows.where(containing(wanted.search, kind.name))
