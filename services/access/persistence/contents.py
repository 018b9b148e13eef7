"""The lists of many owners at once, page by page and by name: the members of groups, the sites of companies."""

from collections.abc import Collection
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from chassis.paging import Place, SortKey, paged
from chassis.tables import table_of
from services.access.persistence.rows import CompanyRow, DepartmentRow, SiteRow, TeamRow, UserRow

R = TypeVar("R", CompanyRow, UserRow, DepartmentRow, SiteRow, TeamRow)


class Contents(Generic[R]):
    """`rows` selects `content` that is in sight; its column `owner` tells whose it is. Each page is one statement."""

    def __init__(
        self,
        content: type[R],
        owner: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
        rows: Select[R],
    ) -> None:
        self._content: type[R] = content
        self._owner = owner
        self._rows: Select[R] = rows

    async def pages(
        self, session: AsyncSession, owners: Collection[UUID], first: int, after: Place | None
    ) -> dict[UUID, list[R]]:
        """Per owner up to `first` + 1 rows by name, from the place of a name and an id."""
        wanted = table_of(owners)
        by_name = (SortKey(self._content.name), SortKey(self._content.id))
        page = paged(self._rows.where(self._owner == wanted.c.id), by_name, first, after).lateral()
        row = aliased(self._content, page)
        found: dict[UUID, list[R]] = {}
        for owner, each in await session.execute(select(wanted.c.id, row).select_from(wanted).join(page, true())):
            found.setdefault(owner, []).append(each)
        return found

    async def counts(self, session: AsyncSession, owners: Collection[UUID]) -> dict[UUID, int]:
        counted = self._rows.where(self._owner == func.any(list(owners))).group_by(self._owner)
        statement = counted.with_only_columns(self._owner, func.count(), maintain_column_froms=True)
        return {row[0]: row[1] for row in await session.execute(statement) if row[0] is not None}
