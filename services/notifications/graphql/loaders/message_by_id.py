"""Which message has this id?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from services.notifications.graphql.loaders import OpenRead
from services.notifications.persistence.messages import Messages
from services.notifications.persistence.rows import MessageRow

MessageById: TypeAlias = DataLoader[UUID, MessageRow | None]


def message_by_id(read: OpenRead, actor: Actor) -> Callable[[list[UUID]], Awaitable[list[MessageRow | None]]]:
    async def load(ids: list[UUID]) -> list[MessageRow | None]:
        async with read() as session:
            found = await Messages(session, actor).by_ids(ids)
        return [found.get(each) for each in ids]

    return load
