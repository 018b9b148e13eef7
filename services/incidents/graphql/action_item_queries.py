"""Reading action items over all incidents."""

from typing import Annotated

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuids
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.action_item import ActionItemStatusType
from services.incidents.graphql.types.assigned import TrackedActionItem
from services.incidents.graphql.types.pages import page_of_awaited
from services.incidents.persistence.action_items import ActionItemQuery, ActionItems


@strawberry.input(description="All given conditions must hold; each list means any of its members.")
class ActionItemFilter:
    company_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Of these companies.")
    owner_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Owned by one of these.")
    statuses: list[ActionItemStatusType] | None = strawberry.field(default=None, description="With one of these.")
    overdue: bool | None = strawberry.field(default=None, description="Whether open past the due date.")


@strawberry.type
class ActionItemQueries:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW, argument="filter.companyIds")],
        description=described(
            "Action items of all incidents that you see, whatever came of these: what is awaited first comes first.",
            rights="incident.view in the company of each; restricted: members or incident.view_restricted.",
        ),
    )
    async def action_items(
        self,
        info: Info,
        filter: Annotated[ActionItemFilter | None, strawberry.argument(description="Which action items.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[TrackedActionItem] | None:
        page, behind = page_of_awaited(first, after, last, before)
        wanted = _query(filter)
        async with info.context.read() as session:
            rows = await ActionItems(session, info.context.actor).page(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await ActionItems(session, info.context.actor).count(wanted)

        incidents = await info.context.incidents.load_many([row.incident_id for row in rows])
        nodes = [
            (TrackedActionItem.of(row, incident), (row.awaited_at, row.id))
            for row, incident in zip(rows, incidents, strict=True)
        ]
        return page.connection(Connection[TrackedActionItem], nodes, count)


def _query(source: ActionItemFilter | None) -> ActionItemQuery:
    if source is None:
        return ActionItemQuery()
    companies, owners = source.company_ids, source.owner_ids
    return ActionItemQuery(
        company_ids=None if companies is None else to_uuids(companies, "filter", "company_ids"),
        owner_ids=None if owners is None else to_uuids(owners, "filter", "owner_ids"),
        statuses=None if source.statuses is None else [each.name for each in source.statuses],
        overdue=source.overdue,
    )
