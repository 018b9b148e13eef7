"""What action items add to an incident."""

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.inputs import to_uuid
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.action_item import IncidentActionItem, IncidentActionItemCounts
from services.incidents.graphql.types.pages import page_of_parts
from services.incidents.persistence.action_items import ActionItemNumbers


@strawberry.type
class ActionItemsOfIncident:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @strawberry.field(description="What is to be done so that it does not recur, in the order in which it was noted.")
    async def action_items(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[IncidentActionItem] | None:
        incident, loader = to_uuid(self.id, "id"), info.context.action_items.pages
        page, behind = page_of_parts(first, after, "ACTION_ITEMS", last, before)
        rows = await loader.page(incident, page.first, behind)
        nodes = [(IncidentActionItem.from_row(row), (row.id,)) for row in rows]
        return page.connection(Connection[IncidentActionItem], nodes, lambda: loader.count(incident))

    @strawberry.field(description="How many action items it has, and how many of them are open.")
    async def action_item_counts(self, info: Info) -> IncidentActionItemCounts | None:
        numbers = await info.context.action_items.numbers.load(to_uuid(self.id, "id"))
        return IncidentActionItemCounts.of(numbers or ActionItemNumbers())
