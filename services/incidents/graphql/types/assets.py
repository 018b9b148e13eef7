"""What incidents affect, as callers see it, and what it adds to an incident."""

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.others import Site, User, stub
from services.incidents.graphql.types.pages import page_of_parts
from services.incidents.persistence.asset_rows import AssetRow
from services.incidents.persistence.rows import IncidentRow


@strawberry.enum(name="AffectedAssetKind", description="What kind of thing is affected.")
class AssetKindType(Enum):
    SYSTEM = strawberry.enum_value("SYSTEM", description="A computer, a device, a program.")
    SERVICE = strawberry.enum_value("SERVICE", description="A service that others use.")
    PERSON = strawberry.enum_value("PERSON", description="A person, also by an account.")
    DATA = strawberry.enum_value("DATA", description="Data.")
    SITE = strawberry.enum_value("SITE", description="A place.")
    SUPPLIER = strawberry.enum_value("SUPPLIER", description="A supplier.")


@strawberry.enum(name="AssetCompromise", description="Whether an attacker has it in hand.")
class CompromiseType(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="Not known.")
    NO = strawberry.enum_value("NO", description="No.")
    SUSPECTED = strawberry.enum_value("SUSPECTED", description="Perhaps.")
    CONFIRMED = strawberry.enum_value("CONFIRMED", description="Yes.")


@strawberry.type(description="Something that an incident affects.")
class AffectedAsset:
    id: strawberry.ID = strawberry.field(description="Its id.")
    kind: AssetKindType = strawberry.field(description="What kind of thing it is.")
    name: str | None = strawberry.field(description="What it is called; null where a site or a user says it.")
    site: Site | None = strawberry.field(description="The site of the company that it is.")
    user: User | None = strawberry.field(description="The person that it is, among the users of the registry.")
    compromise: CompromiseType = strawberry.field(description="Whether an attacker has it in hand.")
    note: str | None = strawberry.field(description="What is to be said of it; Markdown.")
    created_at: datetime = strawberry.field(description="When it was added.")
    created_by: User | None = strawberry.field(description="By whom.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    @classmethod
    def from_row(cls, row: AssetRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            kind=AssetKindType[row.kind],
            name=row.name,
            site=stub(Site, row.site_id),
            user=stub(User, row.user_id),
            compromise=CompromiseType[row.compromise],
            note=row.note,
            created_at=row.created_at,
            created_by=User(id=strawberry.ID(str(row.created_by_id))),
            version=row.version,
        )


@strawberry.type
class AssetsOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(description="What it affects, in the order in which it was added.")
    async def affected_assets(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[AffectedAsset] | None:
        loader = info.context.assets
        page, behind = page_of_parts(first, after, "ASSETS", last, before)
        rows = await loader.page(self.row.id, page.first, behind)
        nodes = [(AffectedAsset.from_row(row), (row.id,)) for row in rows]
        return page.connection(Connection[AffectedAsset], nodes, lambda: loader.count(self.row.id))
