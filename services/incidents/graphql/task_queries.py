"""Reading one's own tasks."""

from typing import Annotated

import strawberry

from chassis.graphql.connection import After, Before, Connection, First, Last
from chassis.graphql.directives import CompanyScope
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Info
from services.incidents.graphql.types.assigned import AssignedIncidentTask
from services.incidents.graphql.types.pages import page_by_urgency
from services.incidents.graphql.types.task import TaskStatusType
from services.incidents.persistence.tasks import Tasks, urgency_of


@strawberry.type
class TaskQueries:
    @strawberry.field(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "Your own tasks in all incidents that you see: open ones first, by due date.",
            rights="incident.view in the company of each; restricted: members or incident.view_restricted.",
        ),
    )
    async def my_incident_tasks(
        self,
        info: Info,
        statuses: Annotated[
            list[TaskStatusType] | None, strawberry.argument(description="Only those with one of these.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AssignedIncidentTask] | None:
        wanted = None if statuses is None else [each.name for each in statuses]
        page, behind = page_by_urgency(first, after, f"MY_TASKS {wanted}", last, before)
        async with info.context.read() as session:
            rows = await Tasks(session, info.context.actor).page_of_mine(wanted, page.first, behind)

        async def count() -> int:
            async with info.context.read() as session:
                return await Tasks(session, info.context.actor).count_mine(wanted)

        incidents = await info.context.incidents.load_many([row.incident_id for row in rows])
        nodes = [
            (AssignedIncidentTask.of(row, incident), urgency_of(row))
            for row, incident in zip(rows, incidents, strict=True)
        ]
        return page.connection(Connection[AssignedIncidentTask], nodes, count)
