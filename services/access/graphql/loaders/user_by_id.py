"""Which user has this id, and how much of it may be told?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from services.access.graphql.loaders import OpenRead
from services.access.persistence.users import SeenUser, Users

UserById: TypeAlias = DataLoader[UUID, SeenUser | None]


def user_by_id(read: OpenRead, actor: Actor) -> Callable[[list[UUID]], Awaitable[list[SeenUser | None]]]:
    async def load(ids: list[UUID]) -> list[SeenUser | None]:
        async with read() as session:
            found = await Users(session, actor).by_ids(ids)
        return [found.get(each) for each in ids]

    return load
