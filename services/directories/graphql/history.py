"""Reading the history of directories."""

from typing import Annotated, TypeAlias

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Info
from services.directories.graphql.types.changes import DirectoryChange, DirectoryChangeFilter, page_of_history
from services.directories.persistence.history import History, HistoryFilter

Which: TypeAlias = Annotated[DirectoryChangeFilter | None, strawberry.argument(description="Which changes.")]


@strawberry.type
class HistoryQuery:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Who changed what of the directories that everybody has and of those of your companies, newest first.",
            rights="directory.manage anywhere for entries of everybody; in its company for an entry of one company.",
        ),
    )
    async def directory_changes(
        self,
        info: Info,
        filter: Which = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[DirectoryChange] | None:
        wanted = HistoryFilter() if filter is None else filter.to_filter()
        page, behind = page_of_history(first, after, last, before)
        actor = info.context.actor
        async with info.context.read_history() as session:
            rows = await History(session, actor).page(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read_history() as session:
                return await History(session, actor).count(wanted)

        nodes = [(DirectoryChange.from_row(row), (row.at, row.id)) for row in rows]
        return page.connection(Connection[DirectoryChange], nodes, count)
