"""The people of one company, to choose somebody from: only for who may use the choice there."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, ActorKind
from chassis.errors import Invalid, NotFound
from chassis.paging import Place, SortKey, paged
from services.access.domain.permissions import MANAGE, VIEW_INCIDENTS
from services.access.persistence.companies import COMPANY
from services.access.persistence.rows import (
    DepartmentRow,
    GroupCompanyRow,
    GroupMemberRow,
    GroupRow,
    UserDepartmentRow,
    UserRow,
)
from services.access.persistence.sight import containing

PURPOSES: Final = ("incident.add", "incident.edit", "incident.send_mail", MANAGE)


class CompanyUsers:
    """Active people who may see the incidents of `company`: whoever else is chosen could not read what they get."""

    def __init__(self, session: AsyncSession, actor: Actor, company: UUID, permission: str, search: str | None) -> None:
        """`permission` is what the choice is for. Raises Invalid, or NotFound where the actor does not hold it."""
        if permission not in PURPOSES:
            raise Invalid(f"People are chosen by who holds {', '.join(PURPOSES)}.", field=("permission",))
        if not actor.may(permission, company):
            raise NotFound(COMPANY, field=("company_id",))
        self._session = session
        self._place = and_(UserDepartmentRow.user_id == UserRow.id, UserDepartmentRow.company_id == company)
        self._rows = _people(company) if search is None else _people(company).where(_matching(search))

    async def page(self, first: int, after: Place | None) -> list[tuple[UserRow, DepartmentRow | None]]:
        """Up to `first` + 1 by name, from the place of a name and an id; each with the department of this company."""
        placed = self._rows.outerjoin(UserDepartmentRow, self._place).outerjoin(
            DepartmentRow, DepartmentRow.id == UserDepartmentRow.department_id
        )
        by_name = (SortKey(UserRow.name), SortKey(UserRow.id))
        ordered = paged(placed.add_columns(DepartmentRow), by_name, first, after)
        return [(row[0], row[1]) for row in await self._session.execute(ordered)]

    async def count(self) -> int:
        return await self._session.scalar(self._rows.with_only_columns(func.count(UserRow.id))) or 0


def _people(company: UUID) -> Select[UserRow]:
    there = select(GroupCompanyRow.group_id).where(GroupCompanyRow.company_id == company)
    readers = (
        select(GroupMemberRow.user_id)
        .join(GroupRow, GroupRow.id == GroupMemberRow.group_id)
        .where(
            literal(VIEW_INCIDENTS) == func.any(GroupRow.permissions),
            or_(GroupRow.every_company, GroupRow.id.in_(there)),
        )
    )
    return select(UserRow).where(UserRow.id.in_(readers), UserRow.active, UserRow.kind == ActorKind.USER.value)


def _matching(search: str) -> Any:
    return containing(search, UserRow.name, UserRow.email)
