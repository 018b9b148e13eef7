"""The companies and the members of many groups at once, page by page; one statement each."""

from collections.abc import Collection
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from chassis.access import Actor
from chassis.rowsecurity import among
from chassis.tables import table_of
from services.access.persistence.rows import CompanyRow, GroupCompanyRow, GroupMemberRow, UserRow

R = TypeVar("R", CompanyRow, UserRow)
After: TypeAlias = tuple[Any, ...] | None


class GroupContent(Generic[R]):
    """`linked` tells which `content` rows belong to a group; only those that satisfy `sight` are there."""

    def __init__(
        self,
        content: type[R],
        link: type[GroupCompanyRow] | type[GroupMemberRow],
        linked: InstrumentedAttribute[UUID],
        sight: ColumnElement[bool],
    ) -> None:
        self._content: type[R] = content
        self._group_id = link.group_id
        self._rows: Select[R] = select(content).join(link, linked == content.id).where(sight)

    async def pages(
        self, session: AsyncSession, groups: Collection[UUID], first: int, after: After
    ) -> dict[UUID, list[R]]:
        """Per group up to `first` + 1 rows by name, behind the name and id of `after`."""
        wanted = table_of(groups)
        key = (self._content.name, self._content.id)
        rows = self._rows.where(self._group_id == wanted.c.id)
        if after is not None:
            rows = rows.where(tuple_(*key) > tuple_(*after))
        page = rows.order_by(*key).limit(first + 1).lateral()
        row = aliased(self._content, page)
        found: dict[UUID, list[R]] = {}
        for group, each in await session.execute(select(wanted.c.id, row).select_from(wanted).join(page, true())):
            found.setdefault(group, []).append(each)
        return found

    async def counts(self, session: AsyncSession, groups: Collection[UUID]) -> dict[UUID, int]:
        counted = self._rows.where(self._group_id == func.any(list(groups))).group_by(self._group_id)
        statement = counted.with_only_columns(self._group_id, func.count(), maintain_column_froms=True)
        return {row[0]: row[1] for row in await session.execute(statement)}


def companies_in_sight(actor: Actor) -> GroupContent[CompanyRow]:
    sight = among(CompanyRow.id, actor.anywhere())
    return GroupContent(CompanyRow, GroupCompanyRow, GroupCompanyRow.company_id, sight)


def every_member() -> GroupContent[UserRow]:
    """Who sees a group manages one of its companies, and so its members."""
    return GroupContent(UserRow, GroupMemberRow, GroupMemberRow.user_id, true())
