"""The locales that texts are written in in this installation."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import uuid7
from services.directories.persistence.rows import LocaleRow


class Locales:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> list[LocaleRow]:
        return list(await self._session.scalars(select(LocaleRow).order_by(LocaleRow.tag)))

    async def listed(self) -> frozenset[str]:
        return frozenset(await self._session.scalars(select(LocaleRow.tag)))

    async def active(self) -> frozenset[str]:
        """Those that readers are served in."""
        return frozenset(await self._session.scalars(select(LocaleRow.tag).where(LocaleRow.active)))

    async def get(self, tag: str) -> LocaleRow | None:
        return await self._session.get(LocaleRow, tag, populate_existing=True)

    async def add_missing(self, tags: Iterable[str]) -> None:
        """Active; what is there already stays as people left it."""
        rows = [{"tag": tag, "id": uuid7(), "active": True, "sequence": 0} for tag in tags]
        await self._session.execute(insert(LocaleRow).on_conflict_do_nothing(), rows)
