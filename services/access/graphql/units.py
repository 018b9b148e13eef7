"""Reading one department, site or team."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.inputs import to_uuid
from services.access.graphql.context import Info
from services.access.graphql.types.department import Department
from services.access.graphql.types.site import Site
from services.access.graphql.types.team import Team

Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]


@strawberry.type
class UnitQuery:
    @strawberry.federation.field(authenticated=True, description="One department of a company that you see.")
    async def department(self, info: Info, id: Id) -> Department | None:
        row = await info.context.units.departments.load(to_uuid(id, "id"))
        return None if row is None else Department.from_row(row)

    @strawberry.federation.field(authenticated=True, description="One site of a company that you see.")
    async def site(self, info: Info, id: Id) -> Site | None:
        row = await info.context.units.sites.load(to_uuid(id, "id"))
        return None if row is None else Site.from_row(row)

    @strawberry.federation.field(authenticated=True, description="One team of a company that you see.")
    async def team(self, info: Info, id: Id) -> Team | None:
        row = await info.context.units.teams.load(to_uuid(id, "id"))
        return None if row is None else Team.from_row(row)
