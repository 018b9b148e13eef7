"""What a task may be given: people who may see its incident, a team of its company, and tasks that it waits for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import tasks
from services.incidents.domain.part_fields import new_ones, several
from services.incidents.domain.tasks import TaskStatus
from services.incidents.persistence.known import Unit
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.usecases.readers import require_readers
from services.incidents.usecases.units import require_unit

TASK = "The task was"


async def related(
    given: Mapping[str, Any], incident: IncidentRow, present: TaskRow | None, work: UnitOfWork
) -> dict[str, Any]:
    """The assignees and the team among `given`. What a task has already may stay. Raises NotFound or Invalid."""
    values: dict[str, Any] = {}
    if "assignee_ids" in given:
        values["assignee_ids"] = several(given["assignee_ids"], tasks.MOST_ASSIGNEES, field="assignee_ids")
        new = new_ones(values["assignee_ids"], present.assignee_ids if present else ())
        await require_readers(new, incident, work, field="assignee_ids")
    if "team_id" in given:
        values["team_id"] = given["team_id"]
        if given["team_id"] not in (None, present and present.team_id):
            await require_unit(Unit.TEAM, given["team_id"], incident.company_id, work)
    return values


def check_place(task: TaskRow, values: Mapping[str, Any], others: Sequence[TaskRow]) -> None:
    """What the other tasks of its incident have to say to `values`. Raises NotFound or Invalid."""
    wanted: Collection[UUID] = values.get("depends_on", task.depends_on)
    statuses = {each.id: TaskStatus(each.status) for each in others}
    if not set(wanted) <= statuses.keys() | {task.id}:
        raise NotFound(TASK, field=("depends_on",))
    tasks.check_dependencies(task.id, wanted, {each.id: each.depends_on for each in others})
    tasks.check_order(TaskStatus(values.get("status", task.status)), wanted, statuses)
