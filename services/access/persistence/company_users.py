"""The people of one company, to choose somebody from: only for who may use the choice there."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor, ActorKind
from chassis.errors import Invalid, NotFound
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

    async def page(self, first: int, after: Sequence[Any] | None) -> list[tuple[UserRow, DepartmentRow | None]]:
        """Up to `first` + 1 by name, behind the name and id of `after`; each with the department of this company."""
        statement = self._rows
        if after is not None:
            statement = statement.where(tuple_(UserRow.name, UserRow.id) > tuple_(*after))
        placed = statement.outerjoin(UserDepartmentRow, self._place).outerjoin(
            DepartmentRow, DepartmentRow.id == UserDepartmentRow.department_id
        )
        ordered = placed.add_columns(DepartmentRow).order_by(UserRow.name, UserRow.id).limit(first + 1)
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
