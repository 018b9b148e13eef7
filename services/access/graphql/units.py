"""Reading one department, site or team."""

from typing import Annotated, Final, TypeAlias

import strawberry

from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.access.domain.permissions import SEE_UNITS
from services.access.graphql.context import Info
from services.access.graphql.types.department import Department
from services.access.graphql.types.site import Site
from services.access.graphql.types.team import Team

_RIGHTS: Final = f"one of {', '.join(SEE_UNITS)} in its company."
Id: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]


@strawberry.type
class UnitQuery:
    @strawberry.federation.field(
        authenticated=True, description=described("One department of a company that you see.", rights=_RIGHTS)
    )
    async def department(self, info: Info, id: Id) -> Department | None:
        row = await info.context.units.departments.load(to_uuid(id, "id"))
        return None if row is None else Department.from_row(row)

    @strawberry.federation.field(
        authenticated=True, description=described("One site of a company that you see.", rights=_RIGHTS)
    )
    async def site(self, info: Info, id: Id) -> Site | None:
        row = await info.context.units.sites.load(to_uuid(id, "id"))
        return None if row is None else Site.from_row(row)

    @strawberry.federation.field(
        authenticated=True, description=described("One team of a company that you see.", rights=_RIGHTS)
    )
    async def team(self, info: Info, id: Id) -> Team | None:
        row = await info.context.units.teams.load(to_uuid(id, "id"))
        return None if row is None else Team.from_row(row)
