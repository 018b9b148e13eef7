"""Things that other services own: here they are an id, and what this service adds to them."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from chassis.graphql.connection import After, Connection, First
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.pages import page_of_incidents
from services.incidents.persistence.incidents import Order, sort_key

if TYPE_CHECKING:
    from services.incidents.graphql.types.incident import Incident

_NEWEST = (Order.REGISTERED_AT_DESC,)
_ELSEWHERE = Key(fields=FieldSet("id"), resolvable=False)


@strawberry.federation.type(keys=["id"], description="A company whose incidents are registered here.")
class Company:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """Nothing is looked up: what a caller may not see of a company is hidden where it is shown."""
        return cls(id=id)

    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description="The company's incidents that you may see, newest first.",
    )
    async def incidents(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[Annotated["Incident", strawberry.lazy("services.incidents.graphql.types.incident")]] | None:
        from services.incidents.graphql.types.incident import Incident

        company, loader = to_uuid(self.id, "id"), info.context.company_incidents
        page, behind = page_of_incidents(first, after, _NEWEST)
        rows = await loader.page(company, page.first, behind)
        nodes = [(Incident.from_row(row), sort_key(row, _NEWEST)) for row in rows]
        return page.connection(Connection[Incident], nodes, lambda: loader.count(company))


@strawberry.federation.type(keys=[_ELSEWHERE], description="A person who works with the registry.")
class User:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[_ELSEWHERE], description="What kind of incident it is, by class.")
class Classification:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[_ELSEWHERE], description="What kind of incident it is, within its class.")
class IncidentType:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[_ELSEWHERE], description="Where an incident stands.")
class IncidentStatus:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.federation.type(keys=[_ELSEWHERE], description="How bad an incident is.")
class Severity:
    id: strawberry.ID = strawberry.field(description="Its id.")
