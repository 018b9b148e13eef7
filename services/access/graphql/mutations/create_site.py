"""Creating a site."""

from typing import Annotated

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import Reference, to_key
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Context, Info
from services.access.graphql.mutations.site_payload import SitePayload, site_payload
from services.access.persistence.rows import SiteRow
from services.access.usecases.create_site import CreateSite, create_site


@strawberry.input(description="A new site.")
class CreateSiteInput:
    company: Reference = strawberry.field(description="The company it is part of.")
    name: str = strawberry.field(description="Its name, 1 to 200 characters.")
    address: str | None = strawberry.field(default=None, description="Where it is, up to 500 characters.")
    country: str | None = strawberry.field(default=None, description="Two letters of ISO 3166.")


@strawberry.type
class CreateSiteMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described("Creates a site of a company that you manage.", rights="access.manage in the company."),
    )
    async def create_site(
        self, info: Info, input: Annotated[CreateSiteInput, strawberry.argument(description="The new site.")]
    ) -> SitePayload | None:
        return await site_payload(_create(input, info.context))


async def _create(source: CreateSiteInput, context: Context) -> SiteRow:
    command = CreateSite(
        company=to_key(source.company, "company"),
        name=source.name,
        address=source.address,
        country=source.country,
    )
    async with context.work() as work:
        return await create_site(command, work)
