"""Everything that can be translated, whoever keeps it."""

import heapq
from collections.abc import Collection, Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Companies
from chassis.paging import Place
from services.directories.domain.translation import Coverage, Source, State, Translation
from services.directories.persistence.entry_translations import EntryTranslations
from services.directories.persistence.guide_translations import GuideTranslations
from services.directories.persistence.locales import Locales
from services.directories.persistence.translatable import Position, Translatable


class Translations:
    """Of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._all: tuple[Translatable, ...] = (EntryTranslations(session), GuideTranslations(session))

    async def claim(self) -> None:
        """Makes this the only transaction that changes texts until it ends, always in the same order."""
        for each in self._all:
            await each.claim()

    @property
    def kinds(self) -> list[str]:
        return sorted(kind for each in self._all for kind in each.kinds)

    def of_kind(self, kind: str) -> Translatable:
        return next(each for each in self._all if kind in each.kinds)

    async def coverage(
        self, kinds: Collection[str], locales: Collection[str] | None, companies: Companies
    ) -> list[Coverage]:
        """In each locale; None for those that readers are served in, and others that there are texts in."""
        if locales is None:
            locales = await Locales(self._session).active()
            locales |= {tag for each in self._all for tag in await each.written(kinds, companies)}
        found = [line for each in self._all for line in await each.coverage(kinds, locales, companies)]
        return sorted(found, key=lambda line: (line.locale, line.kind))

    async def to_review(
        self,
        kinds: Collection[str],
        locale: str | None,
        states: Collection[State],
        companies: Companies,
        after: Place | None,
        first: int,
    ) -> list[Translation]:
        pages = [await each.to_review(kinds, locale, states, companies, after, first) for each in self._all]
        backwards = after is not None and after.backwards
        return list(islice(heapq.merge(*pages, key=position, reverse=backwards), first + 1))

    async def count_to_review(
        self, kinds: Collection[str], locale: str | None, states: Collection[State], companies: Companies
    ) -> int:
        return sum([await each.count_to_review(kinds, locale, states, companies) for each in self._all])

    async def untranslated(self, kinds: Collection[str], locale: str) -> list[tuple[str, UUID]]:
        return [item for each in self._all for item in await each.untranslated(kinds, locale)]

    async def sources(self, kinds: Mapping[UUID, str], locale: str) -> dict[UUID, Source]:
        """Of those owners that are still untranslated; `kinds` are those of the owners."""
        found: dict[UUID, Source] = {}
        for each in self._all:
            mine = [owner for owner, kind in kinds.items() if kind in each.kinds]
            if mine:
                found |= await each.sources(mine, locale)
        return found

    async def find(self, owner_id: UUID, locale: str, companies: Companies) -> Translation | None:
        for each in self._all:
            found = await each.find(owner_id, locale, companies)
            if found is not None:
                return found
        return None


def position(translation: Translation) -> Position:
    return translation.kind, translation.owner_id, translation.locale
