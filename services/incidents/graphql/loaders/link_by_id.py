"""Which link is this, also when it was removed?"""

from collections.abc import Collection
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import func, select
from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.database import ReadSession
from chassis.graphql.loading import OpenRead, finding
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.links import leads_on

LinkById: TypeAlias = DataLoader[UUID, LinkRow | None]


def link_by_id(read: OpenRead, actor: Actor) -> LinkById:
    """For who has found it in the history of an incident; none where it leads to what the actor does not see."""

    async def find(session: ReadSession, ids: Collection[UUID]) -> dict[UUID, LinkRow]:
        named = select(LinkRow).where(LinkRow.id == func.any(list(ids)), leads_on(session, actor))
        return {row.id: row for row in await session.scalars(named)}

    return finding(read, find)
