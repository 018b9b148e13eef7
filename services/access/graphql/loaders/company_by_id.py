"""Which company in sight has this id?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from services.access.graphql.loaders import OpenRead
from services.access.persistence.companies import Companies
from services.access.persistence.rows import CompanyRow

CompanyById: TypeAlias = DataLoader[UUID, CompanyRow | None]


def company_by_id(read: OpenRead, actor: Actor) -> Callable[[list[UUID]], Awaitable[list[CompanyRow | None]]]:
    async def load(ids: list[UUID]) -> list[CompanyRow | None]:
        async with read() as session:
            found = await Companies(session, actor).by_ids(ids)
        return [found.get(each) for each in ids]

    return load
