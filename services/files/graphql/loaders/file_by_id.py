"""Which file has this id?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from services.files.graphql.loaders import OpenRead
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

FileById: TypeAlias = DataLoader[UUID, FileRow | None]


def file_by_id(read: OpenRead, actor: Actor) -> Callable[[list[UUID]], Awaitable[list[FileRow | None]]]:
    async def load(ids: list[UUID]) -> list[FileRow | None]:
        async with read() as session:
            found = await Files(session, actor).by_ids(ids)
        return [found.get(each) for each in ids]

    return load
