"""Adding a task to an incident, behind those that are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.domain import permissions, tasks
from services.incidents.domain.part_fields import several
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.tasks import TaskStatus
from services.incidents.persistence.deadlines import await_part
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.persistence.tasks import Tasks, assign
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part
from services.incidents.usecases.task_values import check_place, related

_EMPTY: Final[Mapping[str, Any]] = {
    "description": None,
    "mandatory": False,
    "assignee_ids": [],
    "team_id": None,
    "due_at": None,
}
_TOLD = ("title", "description", "mandatory", "assignee_ids", "team_id", "due_at", "depends_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """`values` are those of domain/tasks.py, `assignee_ids` and `team_id`."""

    incident_id: UUID
    values: Mapping[str, Any]
    depends_on: Sequence[UUID] = field(default=())


async def add_task(command: AddTask, work: UnitOfWork) -> TaskRow:
    """Raises NotFound, Denied or Invalid."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    values = tasks.as_told({"title": None, **command.values})
    values |= await related(command.values, incident, None, work)
    depends_on = several(command.depends_on, tasks.MOST_DEPENDENCIES, field="depends_on")
    others = await Tasks(work.session, work.actor).all_of(incident.id)
    tasks.check_number(len(others))
    task = TaskRow(
        **new_part_values(incident, uuid7(), work),
        **{**_EMPTY, **values},
        status=TaskStatus.TODO.value,
        started_at=None,
        finished_at=None,
        result=None,
        position=tasks.position_between(others[-1].position if others else None, None),
        depends_on=depends_on,
        deleted_at=None,
    )
    check_place(task, {}, others)
    work.session.add(task)
    part, concerned = Part(PartType.TASK, task.id), task.assignee_ids
    said = first_values(task, *_TOLD)
    tell_part(incident, part, Operation.ADDED, said, work, right=permissions.EDIT, concerned=concerned)
    await work.session.flush()
    await assign(task, work.session)
    await await_part(incident, part, task.due_at, work.session)
    return task
