"""Reading what happened to files, always through the eyes of one actor."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.access import Actor
from chassis.paging import Place, SortKey, directed, paged
from chassis.tables import table_of
from services.files.persistence.owners import sees_custody
from services.files.persistence.rows import CustodyRow


class Custodies:
    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._seen = sees_custody(actor)

    async def pages(self, files: Collection[UUID], first: int, after: Place | None) -> dict[UUID, list[CustodyRow]]:
        """Per file up to `first` + 1 entries, oldest first, from the place of a number; one statement."""
        wanted, keys = table_of(files), [SortKey(CustodyRow.number)]
        entries = paged(self._those().where(CustodyRow.file_id == wanted.c.id), keys, first, after).lateral()
        entry = aliased(CustodyRow, entries)
        (number,) = directed(keys, after)
        statement = select(entry).select_from(wanted).join(entries, true()).order_by(number.sorting(entry.number))
        found: dict[UUID, list[CustodyRow]] = {file: [] for file in files}
        for row in await self._session.scalars(statement):
            found[row.file_id].append(row)
        return found

    async def counts(self, files: Collection[UUID]) -> dict[UUID, int]:
        counted = (
            self._those()
            .with_only_columns(CustodyRow.file_id.label("file"), func.count().label("number"))
            .where(CustodyRow.file_id == func.any(list(files)))
            .group_by(CustodyRow.file_id)
        )
        return {row.file: row.number for row in await self._session.execute(counted)}

    def _those(self) -> Select[CustodyRow]:
        return select(CustodyRow).where(self._seen)
