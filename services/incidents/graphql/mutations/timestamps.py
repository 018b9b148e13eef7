"""Telling the moments of incidents that the directory of timestamps defines."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.timestamps import Precision
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.custom_timestamps import IncidentCustomTimestamp
from services.incidents.graphql.types.enums import TimestampPrecision
from services.incidents.graphql.types.inputs import CustomTimestampInput, to_timestamp
from services.incidents.persistence.timestamp_rows import TimestampRow
from services.incidents.usecases.add_incident_timestamp import AddIncidentTimestamp, add_incident_timestamp
from services.incidents.usecases.edit_incident_timestamp import EditIncidentTimestamp, edit_incident_timestamp
from services.incidents.usecases.remove_incident_timestamp import RemoveIncidentTimestamp, remove_incident_timestamp

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input(description="A moment that the directory of timestamps defines; an incident tells one of each.")
class AddIncidentTimestampInput(CustomTimestampInput):
    incident_id: strawberry.ID = strawberry.field(description="The incident.")


@strawberry.input(description="Changes to such a moment; what is left out stays as it is.")
class EditIncidentTimestampInput:
    id: strawberry.ID = strawberry.field(description="The timestamp.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    at: datetime | None = strawberry.field(default=None, description="When it was.")
    precision: TimestampPrecision | None = strawberry.field(default=None, description="How exact that is.")


@strawberry.input(description="A moment that is taken back.")
class RemoveIncidentTimestampInput:
    id: strawberry.ID = strawberry.field(description="The timestamp.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Adding: TypeAlias = Annotated[AddIncidentTimestampInput, strawberry.argument(description="When what was.")]
Edit: TypeAlias = Annotated[EditIncidentTimestampInput, strawberry.argument(description="Which, and its values.")]
Removal: TypeAlias = Annotated[RemoveIncidentTimestampInput, strawberry.argument(description="What to take back.")]


@strawberry.type(description="What came of a change to such a moment.")
class IncidentTimestampPayload:
    timestamp: IncidentCustomTimestamp | None = strawberry.field(
        description="As it is after the change; on CONFLICT as it is now; null when it was refused, or is gone."
    )
    removed_id: strawberry.ID | None = strawberry.field(default=None, description="What is gone.")
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was refused; empty when it was not."
    )


@strawberry.type
class TimestampMutations:
    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Tells a moment that the directory of timestamps defines.", rights=_RIGHTS),
    )
    async def add_incident_timestamp(self, info: Info, input: Adding) -> IncidentTimestampPayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(directives=[_EDIT], description=described("Puts such a moment right.", rights=_RIGHTS))
    async def edit_incident_timestamp(self, info: Info, input: Edit) -> IncidentTimestampPayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Takes such a moment back; its history stays.", rights=_RIGHTS)
    )
    async def remove_incident_timestamp(self, info: Info, input: Removal) -> IncidentTimestampPayload | None:
        try:
            command = RemoveIncidentTimestamp(
                timestamp_id=to_uuid(input.id, "id"), expected_version=input.expected_version
            )
            async with info.context.work() as work:
                removed = await remove_incident_timestamp(command, work)
        except Refusal as refusal:
            return _refused(refusal)
        return IncidentTimestampPayload(timestamp=None, removed_id=strawberry.ID(str(removed)))


async def _add(source: AddIncidentTimestampInput, context: Context) -> TimestampRow:
    command = AddIncidentTimestamp(incident_id=to_uuid(source.incident_id, "incident_id"), told=to_timestamp(source))
    await context.projections.ensure(context.actor, entries=[command.told.definition])
    async with context.work() as work:
        return await add_incident_timestamp(command, work)


async def _edit(source: EditIncidentTimestampInput, context: Context) -> TimestampRow:
    command = EditIncidentTimestamp(
        timestamp_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        at=source.at,
        precision=None if source.precision is None else Precision[source.precision.name],
    )
    async with context.work() as work:
        return await edit_incident_timestamp(command, work)


async def _payload(change: Awaitable[TimestampRow]) -> IncidentTimestampPayload:
    try:
        return IncidentTimestampPayload(timestamp=IncidentCustomTimestamp.from_row(await change))
    except Refusal as refusal:
        return _refused(refusal)


def _refused(refusal: Refusal) -> IncidentTimestampPayload:
    shown = current_part(refusal, TimestampRow, IncidentCustomTimestamp.from_row)
    return IncidentTimestampPayload(timestamp=shown, errors=[user_error(refusal)])
