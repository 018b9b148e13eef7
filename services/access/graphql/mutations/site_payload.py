"""The payload of mutations that change one site."""

from collections.abc import Awaitable

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from services.access.graphql.types.site import Site
from services.access.persistence.rows import SiteRow
from services.access.usecases.versions import current


@strawberry.type(description="What came of a change to a site.")
class SitePayload:
    site: Site | None = strawberry.field(
        description="The site after the change; on CONFLICT of versions as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


async def site_payload(change: Awaitable[SiteRow]) -> SitePayload:
    try:
        return SitePayload(site=Site.from_row(await change), errors=[])
    except Refusal as refusal:
        now = current(refusal, SiteRow, Site.from_row)
        return SitePayload(site=now, errors=[user_error(refusal)])
