"""Changing a task: what it is, who has it, how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import permissions, tasks
from services.incidents.domain.part_fields import new_ones, several
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.domain.tasks import TaskStatus
from services.incidents.persistence.deadlines import await_part
from services.incidents.persistence.rows import IncidentRow
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.persistence.tasks import Tasks, assign
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part
from services.incidents.usecases.task_values import TASK, check_place, related


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTask:
    """What is not among `values` stays as it is: those of domain/tasks.py, `assignee_ids`, `team_id`, `status` and
    `depends_on`.
    """

    task_id: UUID
    expected_version: int
    values: Mapping[str, Any] = field(default_factory=dict)


async def edit_task(command: EditTask, work: UnitOfWork) -> TaskRow:
    """Raises NotFound, Denied, Invalid or StalePart. An edit that changes nothing writes nothing."""
    incident, task = await take_task(command.task_id, work)
    expect(command.expected_version, task, work)
    values = await _values(command.values, task, incident, work)
    had = task.assignee_ids
    changes = change_part(task, values)
    if changes:
        part, new = Part(PartType.TASK, task.id), new_ones(task.assignee_ids, had)
        tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT, concerned=new)
        await work.session.flush()
        if {"status", "due_at"} & changes.keys():
            await await_part(incident, part, tasks.deadline_of(task.status, task.due_at), work.session)
        if "assignee_ids" in changes:
            await assign(task, work.session)
    return task


async def take_task(task_id: UUID, work: UnitOfWork) -> tuple[IncidentRow, TaskRow]:
    """Raises NotFound, also for one that was deleted, or Denied."""
    incident, task = await take_part(TaskRow, task_id, TASK, work)
    if task.deleted_at is not None:
        raise NotFound(TASK, field=("id",))
    return incident, task


async def _values(given: Mapping[str, Any], task: TaskRow, incident: IncidentRow, work: UnitOfWork) -> dict[str, Any]:
    values = tasks.as_told(given) | await related(given, incident, task, work)
    if "depends_on" in given:
        values["depends_on"] = several(given["depends_on"], tasks.MOST_DEPENDENCIES, field="depends_on")
    before = TaskStatus(task.status)
    after = TaskStatus(given.get("status", before))
    if {"depends_on", "status"} & given.keys():
        others = await Tasks(work.session, work.actor).all_of(incident.id)
        check_place(task, {**values, "status": after}, [each for each in others if each.id != task.id])
    mandatory, result = values.get("mandatory", task.mandatory), values.get("result", task.result)
    tasks.check_finished(after, mandatory=mandatory, result=result)
    now = datetime.now(UTC)
    return {**values, "status": after.value} | tasks.stamps(before, after, task.started_at, task.finished_at, now)
