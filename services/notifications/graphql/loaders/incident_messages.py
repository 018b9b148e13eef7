"""Which messages have gone out about these incidents?"""

from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.errors import Fault
from chassis.projections import Projection
from services.notifications.graphql.loaders import OpenRead
from services.notifications.persistence.messages import Messages
from services.notifications.persistence.rows import MessageRow

Result: TypeAlias = list[MessageRow] | None
IncidentMessages: TypeAlias = DataLoader[UUID, Result]


def incident_messages(
    read: OpenRead, actor: Actor, incidents: Projection
) -> Callable[[list[UUID]], Awaitable[list[Result | Fault]]]:
    """None for an incident that the actor does not see or that is nowhere; one just registered is asked for."""

    async def find(ids: Collection[UUID]) -> dict[UUID, list[MessageRow]]:
        async with read() as session:
            return await Messages(session, actor).of_incidents(ids)

    async def load(ids: list[UUID]) -> list[Result | Fault]:
        return await incidents.find_through(find, ids)

    return load
