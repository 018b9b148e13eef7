"""Reading the history of access."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.rights import described
from services.access.domain import permissions
from services.access.graphql.context import Info
from services.access.graphql.types.access_change import AccessChange, AccessChangeFilter, page_of_history
from services.access.persistence.history import History, HistoryFilter

_CHANGES = CompanyScope(permission=permissions.AUDIT, argument="filter.companyIds")
Which: TypeAlias = Annotated[AccessChangeFilter | None, strawberry.argument(description="Which changes.")]


@strawberry.type
class HistoryQuery:
    @strawberry.field(
        directives=[_CHANGES],
        description=described(
            "Who changed what of companies, departments, sites, teams, users, groups and keys, newest first.",
            rights="audit.read in a company that the change concerns.",
        ),
    )
    async def access_changes(
        self,
        info: Info,
        filter: Which = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AccessChange] | None:
        wanted = HistoryFilter() if filter is None else filter.to_filter()
        page, behind = page_of_history(first, after, last, before)
        actor = info.context.actor
        async with info.context.read_history() as session:
            rows = await History(session, actor).page(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read_history() as session:
                return await History(session, actor).count(wanted)

        nodes = [(AccessChange.from_row(row, actor), (row.at, row.id)) for row in rows]
        return page.connection(Connection[AccessChange], nodes, count)
