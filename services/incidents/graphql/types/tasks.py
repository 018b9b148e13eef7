"""What tasks add to an incident."""

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.inputs import to_uuid
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.pages import page_of_tasks
from services.incidents.graphql.types.task import IncidentTask, IncidentTaskCounts
from services.incidents.persistence.tasks import TaskNumbers


@strawberry.type
class TasksOfIncident:
    id: strawberry.ID = strawberry.field(description="Its id.")

    @strawberry.field(description="What is to be done about it, in the order that people gave it.")
    async def tasks(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[IncidentTask] | None:
        incident, loader = to_uuid(self.id, "id"), info.context.tasks.pages
        page, behind = page_of_tasks(first, after, last, before)
        rows = await loader.page(incident, page.first, behind)
        nodes = [(IncidentTask.from_row(row), (row.position, row.id)) for row in rows]
        return page.connection(Connection[IncidentTask], nodes, lambda: loader.count(incident))

    @strawberry.field(description="How many tasks it has, and how many of them are finished.")
    async def task_counts(self, info: Info) -> IncidentTaskCounts | None:
        numbers = await info.context.tasks.numbers.load(to_uuid(self.id, "id"))
        return IncidentTaskCounts.of(numbers or TaskNumbers())
