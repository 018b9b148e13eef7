"""Which entry has this id?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from services.directories.domain.entries import Directory, Entry

EntryById: TypeAlias = DataLoader[UUID, Entry | None]


def entry_by_id(directory: Callable[[], Awaitable[Directory]]) -> EntryById:
    async def load(ids: list[UUID]) -> list[Entry | None]:
        found = (await directory()).by_id
        return [found.get(each) for each in ids]

    return DataLoader(load)
