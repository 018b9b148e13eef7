"""Which companies, or which members, do these groups have?"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from services.access.graphql.loaders import OpenRead
from services.access.persistence.group_content import After, GroupContent, R

Load: TypeAlias = Callable[[list[UUID]], Awaitable[list[Sequence[R]]]]


class GroupContentLoader(Generic[R]):
    """By name; one loader per page asked for, because a page of many groups is one statement."""

    def __init__(self, content: GroupContent[R], read: OpenRead) -> None:
        self._content: GroupContent[R] = content
        self._read = read
        self._pages: dict[tuple[int, After], DataLoader[UUID, Sequence[R]]] = {}
        self._counts: DataLoader[UUID, int] = DataLoader(self._load_counts)

    def page(self, group: UUID, first: int, after: After) -> Awaitable[Sequence[R]]:
        """Up to `first` + 1 rows behind the name and id of `after`."""
        loader = self._pages.setdefault((first, after), DataLoader(self._loading(first, after)))
        return loader.load(group)

    def count(self, group: UUID) -> Awaitable[int]:
        return self._counts.load(group)

    def _loading(self, first: int, after: After) -> Load[R]:
        async def load(groups: list[UUID]) -> list[Sequence[R]]:
            async with self._read() as session:
                found = await self._content.pages(groups, first, after, session)
            return [found.get(each, ()) for each in groups]

        return load

    async def _load_counts(self, groups: list[UUID]) -> list[int]:
        async with self._read() as session:
            found = await self._content.counts(groups, session)
        return [found.get(each, 0) for each in groups]
