"""Noting what is to be done after incidents, and seeing to it."""

from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias
from uuid import UUID

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.action_item import (
    ActionItemKindType,
    ActionItemPriorityType,
    ActionItemStatusType,
    IncidentActionItem,
)
from services.incidents.persistence.action_item_rows import ActionItemRow
from services.incidents.persistence.known import Unit
from services.incidents.usecases.add_action_item import AddActionItem, add_action_item
from services.incidents.usecases.delete_action_item import DeleteActionItem, delete_action_item
from services.incidents.usecases.edit_action_item import EditActionItem, edit_action_item
from services.incidents.usecases.verify_action_item import VerifyActionItem, verify_action_item

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input
class ActionItemDetails:
    """The fields that adding and editing share; what is left out is not touched, null empties it."""

    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be done, in full, up to 20,000 characters; Markdown."
    )
    kind: ActionItemKindType | None = strawberry.field(default=None, description="At first CORRECTIVE.")
    priority: ActionItemPriorityType | None = strawberry.field(default=None, description="At first MEDIUM.")
    owner_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Who sees to it; a user who may see the incident."
    )
    department_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="A department of the company."
    )
    due_at: datetime | None = strawberry.field(default=strawberry.UNSET, description="Until when it is to be done.")
    control_ref: str | None = strawberry.field(
        default=strawberry.UNSET, description="The control that it betters, up to 300 characters."
    )
    external_system: str | None = strawberry.field(
        default=strawberry.UNSET, description="The system outside that it is tracked in, up to 300 characters."
    )
    external_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its key there, up to 300 characters."
    )
    external_url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its address there, http:// or https://."
    )


@strawberry.input(description="Something to be done so that an incident does not recur.")
class AddIncidentActionItemInput(ActionItemDetails):
    incident_id: strawberry.ID = strawberry.field(description="The incident; it may be closed.")
    title: str = strawberry.field(description="What is to be done, 3 to 200 characters.")


@strawberry.input(description="Changes to an action item; what is left out stays as it is.")
class EditIncidentActionItemInput(ActionItemDetails):
    id: strawberry.ID = strawberry.field(description="The action item.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    title: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be done, 3 to 200 characters."
    )
    status: ActionItemStatusType | None = strawberry.field(
        default=None, description="DONE needs an owner, DEFERRED a due date, WONT_DO a reason."
    )
    wont_do_reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why it will not be done, up to 20,000 characters; Markdown."
    )


@strawberry.input(description="Whether something that was done holds.")
class VerifyIncidentActionItemInput:
    id: strawberry.ID = strawberry.field(description="The action item.")
    verified: bool = strawberry.field(default=True, description="False takes a verification back.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@strawberry.input(description="The action item to delete.")
class DeleteIncidentActionItemInput:
    id: strawberry.ID = strawberry.field(description="The action item.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Addition: TypeAlias = Annotated[AddIncidentActionItemInput, strawberry.argument(description="What to do, after what.")]
Edit: TypeAlias = Annotated[EditIncidentActionItemInput, strawberry.argument(description="Which, and its new values.")]
Check: TypeAlias = Annotated[VerifyIncidentActionItemInput, strawberry.argument(description="Which, and whether.")]
Deletion: TypeAlias = Annotated[DeleteIncidentActionItemInput, strawberry.argument(description="What to delete.")]


@strawberry.type(description="What came of a change to an action item.")
class IncidentActionItemPayload:
    action_item: IncidentActionItem | None = strawberry.field(
        description="The action item after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What came of deleting an action item.")
class DeleteIncidentActionItemPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="Its id; null when it was refused.")
    action_item: IncidentActionItem | None = strawberry.field(description="On CONFLICT the action item as it is now.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class ActionItemMutations:
    @strawberry.mutation(
        directives=[_EDIT], description=described("Notes what is to be done after an incident.", rights=_RIGHTS)
    )
    async def add_incident_action_item(self, info: Info, input: Addition) -> IncidentActionItemPayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Changes an action item, also when its incident is closed.", rights=_RIGHTS),
    )
    async def edit_incident_action_item(self, info: Info, input: Edit) -> IncidentActionItemPayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Says that what was done holds; its owner does not say so himself.", rights=_RIGHTS),
    )
    async def verify_incident_action_item(self, info: Info, input: Check) -> IncidentActionItemPayload | None:
        return await _payload(_verify(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Deletes an action item; its history stays.", rights=_RIGHTS)
    )
    async def delete_incident_action_item(self, info: Info, input: Deletion) -> DeleteIncidentActionItemPayload | None:
        try:
            deleted = await _delete(input, info.context)
        except Refusal as refusal:
            errors = [user_error(refusal)]
            return DeleteIncidentActionItemPayload(
                deleted_id=None,
                action_item=current_part(refusal, ActionItemRow, IncidentActionItem.from_row),
                errors=errors,
            )
        return DeleteIncidentActionItemPayload(deleted_id=strawberry.ID(str(deleted)), action_item=None, errors=[])


async def _add(source: AddIncidentActionItemInput, context: Context) -> ActionItemRow:
    values = _values(source)
    command = AddActionItem(incident_id=to_uuid(source.incident_id, "incident_id"), values=values)
    await _ensure(values, context)
    async with context.work() as work:
        return await add_action_item(command, work)


async def _edit(source: EditIncidentActionItemInput, context: Context) -> ActionItemRow:
    values = _values(source)
    command = EditActionItem(item_id=to_uuid(source.id, "id"), expected_version=source.expected_version, values=values)
    await _ensure(values, context)
    async with context.work() as work:
        return await edit_action_item(command, work)


async def _verify(source: VerifyIncidentActionItemInput, context: Context) -> ActionItemRow:
    command = VerifyActionItem(
        item_id=to_uuid(source.id, "id"), verified=source.verified, expected_version=source.expected_version
    )
    async with context.work() as work:
        return await verify_action_item(command, work)


async def _delete(source: DeleteIncidentActionItemInput, context: Context) -> UUID:
    command = DeleteActionItem(item_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await delete_action_item(command, work)


def _values(source: ActionItemDetails) -> dict[str, Any]:
    """What the caller wrote of the fields, ids and words as such."""
    values = {name: value for name, value in given(source).items() if name not in _NO_VALUES}
    for name in ("owner_id", "department_id"):
        if values.get(name) is not None:
            values[name] = to_uuid(values[name], name)
    for name in ("kind", "priority", "status"):
        if values.get(name) is not None:
            values[name] = values[name].name
    return values


_NO_VALUES: Final = frozenset({"id", "incident_id", "expected_version"})


async def _ensure(values: Mapping[str, Any], context: Context) -> None:
    people = [] if values.get("owner_id") is None else [values["owner_id"]]
    units = [] if values.get("department_id") is None else [(Unit.DEPARTMENT, values["department_id"])]
    await context.projections.ensure(context.actor, users=people, units=units)


async def _payload(change: Awaitable[ActionItemRow]) -> IncidentActionItemPayload:
    try:
        return IncidentActionItemPayload(action_item=IncidentActionItem.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentActionItemPayload(
            action_item=current_part(refusal, ActionItemRow, IncidentActionItem.from_row), errors=[user_error(refusal)]
        )
