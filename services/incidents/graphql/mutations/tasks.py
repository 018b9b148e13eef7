"""Working with the tasks of incidents."""

from collections.abc import Awaitable, Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.task import IncidentTask, TaskStatusType
from services.incidents.persistence.known import Unit
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.usecases.add_task import AddTask, add_task
from services.incidents.usecases.delete_task import DeleteTask, delete_task
from services.incidents.usecases.edit_task import EditTask, edit_task
from services.incidents.usecases.move_task import MoveTask, move_task

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input
class TaskDetails:
    """The fields that adding and editing share; what is left out is not touched, null empties it."""

    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be done, in full, up to 20,000 characters; Markdown."
    )
    mandatory: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether gates may wait for it.")
    assignee_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Who does it, up to 10; users who may see the incident."
    )
    team_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="A team of the company.")
    due_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="Until when.")
    depends_on: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Tasks of the incident that are finished before this one, up to 20."
    )


@strawberry.input(description="Something to be done about an incident.")
class AddIncidentTaskInput(TaskDetails):
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    title: str = strawberry.field(description="What is to be done, 3 to 200 characters.")


@strawberry.input(description="Changes to a task; what is left out stays as it is.")
class EditIncidentTaskInput(TaskDetails):
    id: strawberry.ID = strawberry.field(description="The task.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    title: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be done, 3 to 200 characters."
    )
    status: TaskStatusType | None = strawberry.field(default=None, description="How far it is.")
    result: str | None = strawberry.field(
        default=strawberry.UNSET, description="What came of it, up to 20,000 characters; a mandatory task needs it."
    )


@strawberry.input(description="Where a task shall stand.")
class MoveIncidentTaskInput:
    id: strawberry.ID = strawberry.field(description="The task.")
    after_id: strawberry.ID | None = strawberry.field(
        default=None, description="The task of the same incident that comes right before it; null is the front."
    )


@strawberry.input(description="The task to delete.")
class DeleteIncidentTaskInput:
    id: strawberry.ID = strawberry.field(description="The task.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Addition: TypeAlias = Annotated[AddIncidentTaskInput, strawberry.argument(description="The task, and of what.")]
Edit: TypeAlias = Annotated[EditIncidentTaskInput, strawberry.argument(description="Which task, and its new values.")]
Move: TypeAlias = Annotated[MoveIncidentTaskInput, strawberry.argument(description="Which task, and where to.")]
Deletion: TypeAlias = Annotated[DeleteIncidentTaskInput, strawberry.argument(description="What to delete.")]


@strawberry.type(description="What came of a change to a task.")
class IncidentTaskPayload:
    task: IncidentTask | None = strawberry.field(
        description="The task after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of deleting a task.")
class DeleteIncidentTaskPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The task's id; null when it was refused.")
    task: IncidentTask | None = strawberry.field(description="On CONFLICT the task as it is now.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class TaskMutations:
    @strawberry.mutation(
        directives=[_EDIT], description=described("Adds a task, behind those that are there.", rights=_RIGHTS)
    )
    async def add_incident_task(self, info: Info, input: Addition) -> IncidentTaskPayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Changes a task: what it is, who has it, how far it is.", rights=_RIGHTS),
    )
    async def edit_incident_task(self, info: Info, input: Edit) -> IncidentTaskPayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Gives a task another place in the order.", rights=_RIGHTS)
    )
    async def move_incident_task(self, info: Info, input: Move) -> IncidentTaskPayload | None:
        return await _payload(_move(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Deletes a task that no other depends on; its history stays.", rights=_RIGHTS),
    )
    async def delete_incident_task(self, info: Info, input: Deletion) -> DeleteIncidentTaskPayload | None:
        try:
            deleted = await _delete(input, info.context)
        except Refusal as refusal:
            return DeleteIncidentTaskPayload(
                deleted_id=None,
                task=current_part(refusal, TaskRow, IncidentTask.from_row),
                errors=[user_error(refusal)],
            )
        return DeleteIncidentTaskPayload(deleted_id=strawberry.ID(str(deleted)), task=None, errors=[])


async def _add(source: AddIncidentTaskInput, context: Context) -> TaskRow:
    values = _values(source)
    depends_on = values.pop("depends_on", None)
    command = AddTask(
        incident_id=to_uuid(source.incident_id, "incident_id"), values=values, depends_on=depends_on or ()
    )
    await _ensure(values, context)
    async with context.work() as work:
        return await add_task(command, work)


async def _edit(source: EditIncidentTaskInput, context: Context) -> TaskRow:
    values = _values(source)
    if source.status is not None:
        values["status"] = source.status.name
    command = EditTask(task_id=to_uuid(source.id, "id"), expected_version=source.expected_version, values=values)
    await _ensure(values, context)
    async with context.work() as work:
        return await edit_task(command, work)


async def _move(source: MoveIncidentTaskInput, context: Context) -> TaskRow:
    after = None if source.after_id is None else to_uuid(source.after_id, "after_id")
    async with context.work() as work:
        return await move_task(MoveTask(task_id=to_uuid(source.id, "id"), after=after), work)


async def _delete(source: DeleteIncidentTaskInput, context: Context) -> UUID:
    command = DeleteTask(task_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await delete_task(command, work)


def _values(source: TaskDetails) -> dict[str, Any]:
    """What the caller wrote of the fields, ids as such."""
    values = {name: value for name, value in given(source).items() if name not in _NO_VALUES}
    for name in ("assignee_ids", "depends_on"):
        if name in values:
            values[name] = to_uuids(values[name] or (), name)
    if values.get("team_id") is not None:
        values["team_id"] = to_uuid(values["team_id"], "team_id")
    return values


_NO_VALUES: Final = frozenset({"id", "incident_id", "expected_version", "status"})


async def _ensure(values: Mapping[str, Any], context: Context) -> None:
    people: Collection[UUID] = values.get("assignee_ids", ())
    units = [] if values.get("team_id") is None else [(Unit.TEAM, values["team_id"])]
    await context.projections.ensure(context.actor, users=people, units=units)


async def _payload(change: Awaitable[TaskRow]) -> IncidentTaskPayload:
    try:
        return IncidentTaskPayload(task=IncidentTask.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentTaskPayload(
            task=current_part(refusal, TaskRow, IncidentTask.from_row), errors=[user_error(refusal)]
        )
