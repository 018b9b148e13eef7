"""Who is asking, and what they may do."""

import strawberry

from chassis.access import EVERY_COMPANY, Actor, Companies, Everywhere
from chassis.graphql.connection import After, Before, Connection, First, Last, Page
from services.access.graphql.context import Info
from services.access.graphql.types.api_key import ApiKey
from services.access.graphql.types.company import Company, company_connection
from services.access.graphql.types.pages import page_by_name
from services.access.graphql.types.session import Session, session_page
from services.access.graphql.types.user import User
from services.access.persistence.api_keys import keys_of
from services.access.persistence.groups import shows_module_link


@strawberry.type(description="A permission that you hold, and where.")
class PermissionGrant:
    permission: str = strawberry.field(description="Its name, such as incident.view.")
    every_company: bool = strawberry.field(description="Whether it holds in every company, also in those to come.")
    held_in: strawberry.Private[Companies]

    @strawberry.field(description="The companies it holds in, by name.")
    async def companies(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Company] | None:
        ids = None if isinstance(self.held_in, Everywhere) else self.held_in
        held, (page, behind) = info.context.held_companies, page_by_name(first, after, last, before)
        return company_connection(page, await held.page(ids, page.first, behind), lambda: held.count(ids))


@strawberry.type(description="You.")
class Me:
    @strawberry.field(description="Your user.")
    async def user(self, info: Info) -> User | None:
        seen = await info.context.users.load(info.context.actor.id)
        return None if seen is None else User.from_seen(seen)

    @strawberry.field(description="What you may do; what is not listed you may do nowhere.")
    def permissions(self, info: Info) -> list[PermissionGrant]:
        return grants(info.context.actor)

    @strawberry.field(description="Whether one of your groups shows the module on your home page.")
    async def shows_module_link(self, info: Info) -> bool | None:
        async with info.context.read_as_registry() as session:
            return await shows_module_link(info.context.actor.id, session)

    @strawberry.field(description="Your API keys that are not revoked, oldest first.")
    async def api_keys(self, info: Info) -> list[ApiKey] | None:
        async with info.context.read() as session:
            rows = await keys_of(info.context.actor.id, session)
        return [ApiKey.from_row(row) for row in rows]

    @strawberry.field(description="Your sessions, the newest first.")
    async def sessions(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Session] | None:
        return await session_page(Page.of(first, after, last, before, order="NEWEST"), info.context)


def grants(actor: Actor) -> list[PermissionGrant]:
    held = actor.scope.permissions
    return [
        PermissionGrant(permission=name, every_company=held[name] is EVERY_COMPANY, held_in=held[name])
        for name in sorted(held)
    ]
