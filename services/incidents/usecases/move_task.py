"""Giving a task another place among those of its incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import permissions, tasks
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.persistence.tasks import Tasks
from services.incidents.usecases.edit_task import take_task
from services.incidents.usecases.parts import tell_part
from services.incidents.usecases.task_values import TASK


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTask:
    """Behind the task `after`, or to the front."""

    task_id: UUID
    after: UUID | None = None


async def move_task(command: MoveTask, work: UnitOfWork) -> TaskRow:
    """Raises NotFound or Denied. Moving it to where it stands changes nothing.

    Only the moved task is changed, so it needs no version: whoever edits another meanwhile is not refused.
    """
    incident, task = await take_task(command.task_id, work)
    listed = await Tasks(work.session, work.actor).all_of(incident.id)
    others = [each for each in listed if each.id != task.id]
    place = _behind(command.after, others)
    before = listed[here - 1].id if (here := listed.index(task)) else None
    if before == command.after:
        return task
    _put(task, place, others)
    task.version += 1
    changes = {"after_id": (before, command.after)}
    tell_part(incident, Part(PartType.TASK, task.id), Operation.EDITED, changes, work, right=permissions.EDIT)
    await work.session.flush()
    return task


def _behind(after: UUID | None, others: Sequence[TaskRow]) -> int:
    """The number of tasks before it. Raises NotFound."""
    if after is None:
        return 0
    found = [place for place, each in enumerate(others, start=1) if each.id == after]
    if not found:
        raise NotFound(TASK, field=("after_id",))
    return found[0]


def _put(task: TaskRow, place: int, others: Sequence[TaskRow]) -> None:
    """Where there is no room between its neighbours, all get new positions; nobody sees these."""
    before = others[place - 1].position if place else None
    following = others[place].position if place < len(others) else None
    between = tasks.position_between(before, following)
    if between is not None:
        task.position = between
        return
    for number, each in enumerate([*others[:place], task, *others[place:]], start=1):
        each.position = number * tasks.GAP
