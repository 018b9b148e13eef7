"""Which of these companies come on this page by name, and how many are there? Asked once, for however many permissions.

Most permissions of somebody are held in the same companies.
"""

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead
from chassis.paging import Place
from services.access.persistence.companies import Companies, CompanyFilter
from services.access.persistence.rows import CompanyRow

_Ids: TypeAlias = frozenset[UUID] | None
_Page: TypeAlias = tuple[_Ids, int, Place | None]


class HeldCompanies:
    """Of `ids`, or of all in sight where that is None."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self._read = read
        self._actor = actor
        self._pages: DataLoader[_Page, Sequence[CompanyRow]] = DataLoader(self._load_pages)
        self._counts: DataLoader[_Ids, int] = DataLoader(self._load_counts)

    async def page(self, ids: _Ids, first: int, after: Place | None) -> Sequence[CompanyRow]:
        """Up to `first` + 1 rows from the place of a name and an id."""
        return await self._pages.load((ids, first, after))

    async def count(self, ids: _Ids) -> int:
        return await self._counts.load(ids)

    async def _load_pages(self, wanted: list[_Page]) -> list[Sequence[CompanyRow]]:
        async with self._read() as session:
            companies = Companies(session, self._actor)
            return [await companies.page(CompanyFilter(ids=ids), first, after) for ids, first, after in wanted]

    async def _load_counts(self, wanted: list[_Ids]) -> list[int]:
        async with self._read() as session:
            companies = Companies(session, self._actor)
            return [await companies.count(CompanyFilter(ids=ids)) for ids in wanted]
