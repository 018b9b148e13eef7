"""The site as callers see it."""

from typing import Self

import strawberry

from chassis.graphql.loading import load_reference
from services.access.graphql.context import Info
from services.access.graphql.types.unit import Unit, common
from services.access.persistence.rows import SiteRow


@strawberry.federation.type(keys=["id"], description="A place where a company works.")
class Site(Unit):
    address: str | None = strawberry.field(description="Where it is, in one line.")
    country: str | None = strawberry.field(description="Two letters of ISO 3166.")

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        row = await load_reference(info.context.units.sites, id)
        return None if row is None else cls.from_row(row)

    @classmethod
    def from_row(cls, row: SiteRow) -> Self:
        return cls(**common(row), address=row.address, country=row.country)
