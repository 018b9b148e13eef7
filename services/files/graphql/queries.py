"""Reading files."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.files.domain import permissions
from services.files.graphql.context import Info
from services.files.graphql.types.file import File

_VIEW = CompanyScope(permission=permissions.VIEW)


@strawberry.type
class Query:
    @strawberry.field(
        directives=[_VIEW],
        description=described(
            "One file; null when it is not there for you.",
            rights="incident.view in the company of its incident; restricted: members or incident.view_restricted.",
        ),
    )
    async def file(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> File | None:
        row = await info.context.files.load(to_uuid(id, "id"))
        return None if row is None else File.from_row(row)
