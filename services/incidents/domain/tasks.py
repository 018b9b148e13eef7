"""The tasks of an incident: what is to be done, by whom, until when, and in which order.

    TODO  DOING  BLOCKED      open: any to any
    DONE  CANCELLED           finished; a mandatory task says its result

A task is not done before all that it depends on is finished, and tasks never wait for one another in a circle.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid
from services.incidents.domain import details, part_fields
from services.incidents.domain.details import Rule

MOST_TASKS: Final = 200
MOST_ASSIGNEES: Final = 10
MOST_DEPENDENCIES: Final = 20
GAP: Final = 1 << 20  # between the positions of neighbours, so that one moves without the others


class TaskStatus(StrEnum):
    TODO = "TODO"
    DOING = "DOING"
    BLOCKED = "BLOCKED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


FINISHED: Final = frozenset({TaskStatus.DONE, TaskStatus.CANCELLED})
RULES: Final[Mapping[str, Rule]] = {
    "title": details.title,
    "description": part_fields.text,
    "mandatory": part_fields.flag,
    "due_at": details.moment,
    "result": part_fields.text,
}


def stamps(
    before: TaskStatus, after: TaskStatus, started: datetime | None, finished: datetime | None, now: datetime
) -> dict[str, datetime | None]:
    """When it was started and finished, after it went from one status to another."""
    if before is after:
        return {}
    begun = after not in (TaskStatus.TODO, TaskStatus.CANCELLED)
    ended = (finished if before in FINISHED else now) if after in FINISHED else None
    return {"started_at": (started or now) if begun else started, "finished_at": ended}


def check_finished(status: TaskStatus, *, mandatory: bool, result: str | None) -> None:
    """Raises Invalid for a mandatory task that is finished without saying what came of it."""
    if status in FINISHED and mandatory and result is None:
        raise Invalid("A mandatory task is finished with a result: say what came of it.", field=("result",))


def check_order(status: TaskStatus, depends_on: Collection[UUID], statuses: Mapping[UUID, TaskStatus]) -> None:
    """Raises Invalid for a task that is done before what it depends on. `statuses` are those of its incident."""
    waiting = sum(statuses[each] not in FINISHED for each in depends_on)
    if status is TaskStatus.DONE and waiting:
        raise Invalid(
            f"It depends on {waiting} open {'task' if waiting == 1 else 'tasks'}: finish or cancel these first.",
            field=("status",),
        )


def check_dependencies(task: UUID | None, wanted: Collection[UUID], depending: Mapping[UUID, Collection[UUID]]) -> None:
    """Raises Invalid when `task` would wait for itself. `depending` is what each of its incident's tasks depends on."""
    reached: set[UUID] = set()
    waiting = list(wanted)
    while waiting:
        each = waiting.pop()
        if each == task:
            raise Invalid("Tasks would wait for one another in a circle.", field=("depends_on",))
        if each not in reached:
            reached.add(each)
            waiting += depending.get(each, ())


def check_number(present: int) -> None:
    """Raises Invalid when an incident has no room for another task."""
    if present >= MOST_TASKS:
        raise Invalid(f"An incident has at most {MOST_TASKS} tasks: delete one first.", field=("incident_id",))


def position_between(before: int | None, after: int | None) -> int | None:
    """A place behind one task and before another (None: the ends of the list). None where there is no room between."""
    if after is None:
        return GAP if before is None else before + GAP
    if before is None:
        return after - GAP
    return (before + after) // 2 if after - before > 1 else None


def deadline_of(status: str, due_at: datetime | None) -> datetime | None:
    """Until when somebody waits for it."""
    return None if TaskStatus(status) in FINISHED else due_at


def as_told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a task's fields in the form they are stored in. Raises Invalid."""
    return part_fields.checked(values, RULES)
