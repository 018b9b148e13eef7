"""Which entry does something that has this id show? The one it was merged into, where it was."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from services.directories.domain.entries import Directory, Entry

EntryById: TypeAlias = DataLoader[UUID, Entry | None]


def entry_by_id(directory: Callable[[], Awaitable[Directory]]) -> EntryById:
    async def load(ids: list[UUID]) -> list[Entry | None]:
        found = (await directory()).read_as
        return [found(each) for each in ids]

    return DataLoader(load)
