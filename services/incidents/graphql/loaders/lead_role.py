"""Which entry of the directory is the lead?"""

from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select
from strawberry.dataloader import DataLoader

from chassis.graphql.loading import OpenRead
from services.incidents.persistence.rows import DirectoryRef

RoleByCode: TypeAlias = DataLoader[str, UUID | None]


def lead_role(read: OpenRead) -> RoleByCode:
    """The role that every company has, by its code."""

    async def load(codes: list[str]) -> list[UUID | None]:
        named = DirectoryRef.code.in_(codes) & (DirectoryRef.kind == "role") & DirectoryRef.company_id.is_(None)
        async with read() as session:
            found = {
                row.code: row.id
                for row in await session.execute(select(DirectoryRef.code, DirectoryRef.id).where(named))
            }
        return [found.get(code) for code in codes]

    return DataLoader(load)
