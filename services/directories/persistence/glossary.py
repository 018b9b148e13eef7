"""Keeping the glossary."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Place, SortKey, paged
from services.directories.domain.glossary import Glossary
from services.directories.persistence.translation_rows import GlossaryTermRow


class GlossaryTerms:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Glossary:
        rows = await self._session.scalars(select(GlossaryTermRow))
        return {row.term: row.translations for row in rows}

    async def page(self, first: int, after: Place | None) -> list[GlossaryTermRow]:
        """By their terms, one more than `first`."""
        by_term = [SortKey(GlossaryTermRow.term)]
        return list(await self._session.scalars(paged(select(GlossaryTermRow), by_term, first, after)))

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(GlossaryTermRow)) or 0

    async def find(self, term: str) -> GlossaryTermRow | None:
        return await self._session.get(GlossaryTermRow, term)

    async def put(self, term: str, translations: dict[str, str]) -> None:
        statement = insert(GlossaryTermRow).values(term=term, translations=translations)
        changed = statement.on_conflict_do_update(
            index_elements=[GlossaryTermRow.term], set_={"translations": translations}
        )
        await self._session.execute(changed)

    async def remove(self, term: str) -> None:
        await self._session.execute(delete(GlossaryTermRow).where(GlossaryTermRow.term == term))
