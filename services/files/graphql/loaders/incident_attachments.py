"""Which files do these incidents have?"""

from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.errors import Fault
from chassis.projections import Projection
from services.files.graphql.loaders import OpenRead
from services.files.persistence.files import Files
from services.files.persistence.rows import FileRow

Result: TypeAlias = list[FileRow] | None
IncidentAttachments: TypeAlias = DataLoader[UUID, Result]


def incident_attachments(
    read: OpenRead, actor: Actor, incidents: Projection
) -> Callable[[list[UUID]], Awaitable[list[Result | Fault]]]:
    """None for an incident that the actor does not see or that is nowhere; one just registered is asked for."""

    async def find(ids: Collection[UUID]) -> dict[UUID, list[FileRow]]:
        async with read() as session:
            return await Files(session, actor).of_incidents(ids)

    async def load(ids: list[UUID]) -> list[Result | Fault]:
        return await incidents.find_through(find, ids)

    return load
