"""The versions of a page as they were published, and the history of its changes; for who manages the page."""

from collections.abc import Collection
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.paging import Place, SortKey, directed, paged
from chassis.tables import table_of
from services.directories.domain.guide_texts import PageText, to_text
from services.directories.persistence.guide_pages import managed_by
from services.directories.persistence.guide_rows import GuideChangeRow, GuideVersionRow

R = TypeVar("R", GuideChangeRow, GuideVersionRow)
Numbers = tuple[type[R], Any]  # the rows, and the column that counts them
VERSIONS: Numbers[GuideVersionRow] = (GuideVersionRow, "number")
CHANGES: Numbers[GuideChangeRow] = (GuideChangeRow, "sequence")


class GuideVersions:
    """`session` must have opened the walls DRAFTS."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def texts(self, page_id: UUID, number: int) -> dict[str, PageText] | None:
        """Of the version `number`, by locale; None where there is none."""
        wanted = (GuideVersionRow.page_id == page_id, GuideVersionRow.number == number)
        found = await self._session.scalar(self._managed(GuideVersionRow).where(*wanted))
        return None if found is None else texts_of(found)

    async def pages(
        self, of: Numbers[R], owners: Collection[UUID], first: int, after: Place | None
    ) -> dict[UUID, list[R]]:
        """Per page of the guide up to `first` + 1 rows, newest first, from the place of a number."""
        kind, number = of
        wanted = table_of(owners)
        key = SortKey(getattr(kind, number), down=True)
        newest = paged(self._managed(kind).where(kind.page_id == wanted.c.id), [key], first, after).lateral()
        row = aliased(kind, newest)
        (read,) = directed([key], after)
        statement = select(row).select_from(wanted).join(newest, true()).order_by(read.sorting(getattr(row, number)))
        found: dict[UUID, list[R]] = {owner: [] for owner in owners}
        for each in await self._session.scalars(statement):
            found[each.page_id].append(each)
        return found

    async def counts(self, of: Numbers[R], owners: Collection[UUID]) -> dict[UUID, int]:
        kind, _ = of
        mine = (kind.page_id.in_(owners), managed_by(self._actor, kind.company_id))
        statement = select(kind.page_id, func.count().label("number")).where(*mine).group_by(kind.page_id)
        return {row.page_id: row.number for row in await self._session.execute(statement)}

    def _managed(self, kind: type[R]) -> Select[R]:
        return select(kind).where(managed_by(self._actor, kind.company_id))


def texts_of(version: GuideVersionRow) -> dict[str, PageText]:
    return {locale: to_text(told) for locale, told in sorted(version.texts.items())}
