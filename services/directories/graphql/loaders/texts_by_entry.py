"""What are all names and descriptions of this entry?"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.database import ReadSession
from services.directories.domain.entries import Text
from services.directories.persistence.entries import Entries

TextsByEntry: TypeAlias = DataLoader[UUID, Mapping[str, Text]]


def texts_by_entry(read: Callable[[], AbstractAsyncContextManager[ReadSession]]) -> TextsByEntry:
    async def load(ids: list[UUID]) -> list[Mapping[str, Text]]:
        async with read() as session:
            found = await Entries(session).texts_of(ids)
        return [found[each] for each in ids]

    return DataLoader(load)
