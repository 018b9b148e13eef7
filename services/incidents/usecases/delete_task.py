"""Deleting a task: it is in no list any more, its history stays."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from services.incidents.domain import permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.deadlines import await_part
from services.incidents.persistence.tasks import Tasks, assign
from services.incidents.usecases.edit_task import take_task
from services.incidents.usecases.parts import change_part, expect, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTask:
    task_id: UUID
    expected_version: int | None = None


async def delete_task(command: DeleteTask, work: UnitOfWork) -> UUID:
    """The id of what was deleted. Raises NotFound, Denied, StalePart, or Invalid while another depends on it."""
    incident, task = await take_task(command.task_id, work)
    expect(command.expected_version, task, work)
    depending = [
        each for each in await Tasks(work.session, work.actor).all_of(incident.id) if task.id in each.depends_on
    ]
    if depending:
        raise Invalid(f"{depending[0].title!r} depends on it: change that first, or cancel this one.", field=("id",))
    changes = change_part(task, {"deleted_at": datetime.now(UTC)})
    part = Part(PartType.TASK, task.id)
    tell_part(incident, part, Operation.REMOVED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    await assign(task, work.session)
    await await_part(incident, part, None, work.session)
    return task.id
