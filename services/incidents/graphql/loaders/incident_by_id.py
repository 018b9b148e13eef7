"""Which incident has this id?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from services.incidents.graphql.loaders import OpenRead
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow

IncidentById: TypeAlias = DataLoader[UUID, IncidentRow | None]


def incident_by_id(read: OpenRead, actor: Actor) -> Callable[[list[UUID]], Awaitable[list[IncidentRow | None]]]:
    async def load(ids: list[UUID]) -> list[IncidentRow | None]:
        async with read() as session:
            found = await Incidents(session, actor).by_ids(ids)
        return [found.get(each) for each in ids]

    return load
