"""Links of incidents as callers see them."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry
from strawberry.types.base import StrawberryObjectDefinition

from chassis.graphql.connection import After, Before, Connection, First, Last
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.others import LinkType, User, stub
from services.incidents.graphql.types.pages import page_of_parts
from services.incidents.persistence.link_rows import LinkRow
from services.incidents.persistence.rows import IncidentRow

# An incident has links, which lead to incidents: the schema knows both, these modules only the one way.
_INCIDENT: Any = Annotated["Incident", strawberry.lazy("services.incidents.graphql.types.incident")]  # noqa: F821  # see above


@strawberry.type(description="What an incident is linked to: another incident, or a page elsewhere.")
class IncidentLink:
    id: strawberry.ID = strawberry.field(description="Its id; the other incident has it under another one.")
    type: LinkType | None = strawberry.field(description="How it is called from here; the other has the inverse.")
    url: str | None = strawberry.field(description="The address of a page elsewhere.")
    title: str | None = strawberry.field(description="What there is to find.")
    note: str | None = strawberry.field(description="Why they are linked.")
    created_at: datetime = strawberry.field(description="When they were linked.")
    created_by: User | None = strawberry.field(description="Who linked them.")
    version: int = strawberry.field(description="Counts its changes; hand it to `expectedVersion`.")

    row: strawberry.Private[LinkRow]

    @strawberry.field(graphql_type=_INCIDENT | None, description="The other incident; null for a page elsewhere.")
    async def incident(self, info: Info) -> Any:
        found = None if self.row.other_id is None else await info.context.incidents.load(self.row.other_id)
        kind = info.schema.get_type_by_name("Incident")
        return (
            None if found is None or not isinstance(kind, StrawberryObjectDefinition) else kind.origin.from_row(found)
        )

    @classmethod
    def from_row(cls, row: LinkRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            type=stub(LinkType, row.type_id),
            url=row.url,
            title=row.title,
            note=row.note,
            created_at=row.created_at,
            created_by=stub(User, row.created_by_id),
            version=row.version,
            row=row,
        )


@strawberry.type
class LinksOfIncident:
    row: strawberry.Private[IncidentRow]

    @strawberry.field(
        description="What it is linked to, oldest first; a link to an incident that you may not see is not there."
    )
    async def links(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[IncidentLink] | None:
        loader = info.context.links
        page, behind = page_of_parts(first, after, "LINKS", last, before)
        rows = await loader.page(self.row.id, page.first, behind)
        nodes = [(IncidentLink.from_row(row), (row.id,)) for row in rows]
        return page.connection(Connection[IncidentLink], nodes, lambda: loader.count(self.row.id))
