"""Loaders: each answers one question for many objects at once, in a read session of its own."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from chassis.database import ReadSession
from chassis.errors import Fault, Invalid
from chassis.graphql.inputs import to_uuid
from chassis.paging import Place
from chassis.projections import Projection

K = TypeVar("K")
L = TypeVar("L")
R = TypeVar("R")
OpenRead: TypeAlias = Callable[[], AbstractAsyncContextManager[ReadSession]]
Find: TypeAlias = Callable[[ReadSession, Collection[UUID]], Awaitable[Mapping[UUID, R]]]
After: TypeAlias = Place | None
Pages: TypeAlias = Callable[[ReadSession, Collection[UUID], int, After], Awaitable[Mapping[UUID, Sequence[R]]]]


def finding(read: OpenRead, find: Find[R]) -> DataLoader[UUID, R | None]:
    """A loader of what `find` tells of ids; None for those it does not know."""

    async def load(ids: list[UUID]) -> list[R | None]:
        async with read() as session:
            found = await find(session, ids)
        return [found.get(each) for each in ids]

    return DataLoader(load)


def finding_through(projection: Projection, read: OpenRead, find: Find[R]) -> DataLoader[UUID, R | None]:
    """The same, where `find` knows only what `projection` has a copy of: what is missing there is looked up first."""

    async def find_here(ids: Collection[UUID]) -> Mapping[UUID, R]:
        async with read() as session:
            return await find(session, ids)

    async def load(ids: list[UUID]) -> list[R | Fault | None]:
        return await projection.find_through(find_here, ids)

    return DataLoader(load)


async def load_reference(loader: DataLoader[UUID, R | None], id: strawberry.ID) -> R | None:
    """What the loader knows of a reference of another subgraph; None also where that holds no id."""
    try:
        known = to_uuid(id, "id")
    except Invalid:
        return None
    return await loader.load(known)


class Loaders(dict[K, L]):
    """One for each key, made when it is first asked for."""

    def __init__(self, make: Callable[[K], L]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> L:
        made = self[key] = self._make(key)
        return made


class PagesLoader(Generic[R]):
    """Pages of the lists of many owners; one loader per page asked for, because that is one statement."""

    def __init__(self, read: OpenRead, pages: Pages[R], counts: Find[int]) -> None:
        self._read = read
        self._find = pages
        self._pages: Loaders[tuple[int, After], DataLoader[UUID, Sequence[R]]] = Loaders(self._loader)
        self._counts = finding(read, counts)

    def page(self, owner: UUID, first: int, after: After) -> Awaitable[Sequence[R]]:
        """Up to `first` + 1 rows behind the place `after`, the nearest first."""
        return self._pages[first, after].load(owner)

    async def count(self, owner: UUID) -> int:
        return await self._counts.load(owner) or 0

    def _loader(self, page: tuple[int, After]) -> DataLoader[UUID, Sequence[R]]:
        async def load(owners: list[UUID]) -> list[Sequence[R]]:
            async with self._read() as session:
                found = await self._find(session, owners, *page)
            return [found.get(each, ()) for each in owners]

        return DataLoader(load)
