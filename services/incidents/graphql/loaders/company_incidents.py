"""Which incidents do these companies have?"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from services.incidents.graphql.loaders import OpenRead
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow

After: TypeAlias = tuple[Any, ...] | None
Load: TypeAlias = Callable[[list[UUID]], Awaitable[list[Sequence[IncidentRow]]]]


class CompanyIncidentsLoader:
    """Newest first; one loader per page asked for, because a page of many companies is one statement."""

    def __init__(self, read: OpenRead, actor: Actor) -> None:
        self._read = read
        self._actor = actor
        self._pages: dict[tuple[int, After], DataLoader[UUID, Sequence[IncidentRow]]] = {}
        self._counts: DataLoader[UUID, int] = DataLoader(self._load_counts)

    def page(self, company: UUID, first: int, after: After) -> Awaitable[Sequence[IncidentRow]]:
        """Up to `first` + 1 incidents behind the sort key `after` of registration time and id."""
        loader = self._pages.setdefault((first, after), DataLoader(self._loading(first, after)))
        return loader.load(company)

    def count(self, company: UUID) -> Awaitable[int]:
        return self._counts.load(company)

    def _loading(self, first: int, after: After) -> Load:
        async def load(companies: list[UUID]) -> list[Sequence[IncidentRow]]:
            async with self._read() as session:
                found = await Incidents(session, self._actor).newest_of_companies(companies, first, after)
            return [found.get(each, ()) for each in companies]

        return load

    async def _load_counts(self, companies: list[UUID]) -> list[int]:
        async with self._read() as session:
            found = await Incidents(session, self._actor).count_by_company(companies)
        return [found.get(each, 0) for each in companies]
