"""What has happened to these incidents?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from services.incidents.graphql.loaders import OpenRead
from services.incidents.persistence.changes import Changes
from services.incidents.persistence.rows import ChangeRow

PageOf: TypeAlias = DataLoader[UUID, list[ChangeRow]]
Load: TypeAlias = Callable[[list[UUID]], Awaitable[list[list[ChangeRow]]]]


class HistoryLoader:
    """One loader per page asked for, because a page of many incidents is one statement."""

    def __init__(self, read: OpenRead) -> None:
        self._read = read
        self._pages: dict[tuple[int, int | None], PageOf] = {}
        self._counts: DataLoader[UUID, int] = DataLoader(self._load_counts)

    def page(self, incident: UUID, first: int, after: int | None) -> Awaitable[list[ChangeRow]]:
        """Up to `first` + 1 entries, newest first."""
        loader = self._pages.setdefault((first, after), DataLoader(self._loading(first, after)))
        return loader.load(incident)

    def count(self, incident: UUID) -> Awaitable[int]:
        return self._counts.load(incident)

    def _loading(self, first: int, after: int | None) -> Load:
        async def load(incidents: list[UUID]) -> list[list[ChangeRow]]:
            async with self._read() as session:
                found = await Changes(session).pages(incidents, first, after)
            return [found[each] for each in incidents]

        return load

    async def _load_counts(self, incidents: list[UUID]) -> list[int]:
        async with self._read() as session:
            found = await Changes(session).counts(incidents)
        return [found.get(each, 0) for each in incidents]
