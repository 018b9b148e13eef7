"""Changing a site."""

from typing import Annotated, Final

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.site_payload import SitePayload, site_payload
from services.access.graphql.mutations.values import new_values
from services.access.persistence.rows import SiteRow
from services.access.usecases.edit_site import EditSite, edit_site

_KEPT: Final = ("name", "active")
_REMOVABLE: Final = ("address", "country")


@strawberry.input(description="Changes to a site; what is left out stays as it is.")
class EditSiteInput:
    id: strawberry.ID = strawberry.field(description="The site.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = strawberry.field(default=None, description="A new name, 1 to 200 characters.")
    address: str | None = strawberry.field(default=strawberry.UNSET, description="A new address; null for none.")
    country: str | None = strawberry.field(
        default=strawberry.UNSET, description="Two letters of ISO 3166; null for none."
    )
    active: bool | None = strawberry.field(
        default=None, description="Whether it is in use; what is not can no longer be chosen."
    )


@strawberry.type
class EditSiteMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described("Changes a site.", rights="access.manage in its company."),
    )
    async def edit_site(
        self, info: Info, input: Annotated[EditSiteInput, strawberry.argument(description="What shall be otherwise.")]
    ) -> SitePayload | None:
        return await site_payload(_edit(input, info.context))


async def _edit(source: EditSiteInput, context: Context) -> SiteRow:
    command = EditSite(
        site_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        values=new_values(source, kept=_KEPT, removable=_REMOVABLE),
    )
    async with context.work() as work:
        return await edit_site(command, work)
