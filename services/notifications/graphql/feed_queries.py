"""Reading what happened, and following it."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuids
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Info
from services.notifications.graphql.types.event import EventPage, RegistryEvent
from services.notifications.usecases.read_feed import LONGEST_PAGE, Asked

_RIGHTS: Final = (
    "incident.view in the company of each; restricted incidents: members or incident.view_restricted; units and "
    "lists of a company as where they are listed."
)
_SCOPE: Final = CompanyScope(permission=permissions.VIEW, argument="companyIds")
_USUAL_PAGE: Final = 50
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Behind this cursor, of an event or a page.")]
Companies: TypeAlias = Annotated[
    list[strawberry.ID] | None, strawberry.argument(description="Of these companies only; left out, of all.")
]
Types: TypeAlias = Annotated[
    list[str] | None, strawberry.argument(description="Of these types only, such as `incident.registered.v1`.")
]


def _asked(
    after: str | None,
    company_ids: list[strawberry.ID] | None,
    types: list[str] | None,
    *,
    since: datetime | None = None,
    of_incidents: bool = False,
) -> Asked:
    companies = None if company_ids is None else to_uuids(company_ids, "company_ids")
    return Asked(after=after, since=since, companies=companies, types=types, of_incidents=of_incidents)


@strawberry.type
class FeedQueries:
    @strawberry.field(
        directives=[_SCOPE],
        description=described("What happened in the companies you may see, in order, for thirty days.", rights=_RIGHTS),
    )
    async def events(
        self,
        info: Info,
        after: After = None,
        since: Annotated[
            datetime | None,
            strawberry.argument(description="Without `after`: from this time on, else all that is kept."),
        ] = None,
        company_ids: Companies = None,
        types: Types = None,
        first: Annotated[int, strawberry.argument(description=f"How many at most, 1 to {LONGEST_PAGE}.")] = _USUAL_PAGE,
    ) -> EventPage | None:
        asked = _asked(after, company_ids, types, since=since)
        return EventPage.of(await info.context.feed.page(info.context.actor, asked, first))


@strawberry.type
class FeedSubscription:
    @strawberry.subscription(
        directives=[_SCOPE],
        description=described(
            "Each event about an incident you may see as it happens; behind `after` first what you missed.",
            rights=_RIGHTS,
        ),
    )
    async def incident_events(
        self, info: Info, company_ids: Companies = None, types: Types = None, after: After = None
    ) -> AsyncGenerator[RegistryEvent, None]:
        asked = _asked(after, company_ids, types, of_incidents=True)
        events = await info.context.feed.follow(info.context.actor, asked)
        try:
            async for seen in events:
                yield RegistryEvent.of(seen)
        finally:
            await events.aclose()
