"""Writing into the timelines of incidents."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, given, to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.comments import CommentAudience
from services.incidents.domain.timeline import TimelineKind
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.comment import CommentAudienceType
from services.incidents.graphql.types.timeline import IncidentTimelineEntry, TimelineItemKind
from services.incidents.persistence.timeline_rows import TimelineRow
from services.incidents.usecases.add_timeline_entry import AddTimelineEntry, add_timeline_entry
from services.incidents.usecases.delete_timeline_entry import DeleteTimelineEntry, delete_timeline_entry
from services.incidents.usecases.edit_timeline_entry import EditTimelineEntry, edit_timeline_entry

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."
_NAMES: Final = ("at", "until", "title", "text", "pinned", "in_report", "audience")


@strawberry.input(description="Something that happened, for the timeline of an incident.")
class AddIncidentTimelineEntryInput:
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    at: datetime = strawberry.field(description="When it happened, or began.")
    title: str = strawberry.field(description="What happened, in a line of up to 300 characters.")
    until: datetime | None = strawberry.field(default=None, description="When it ended.")
    text: str | None = strawberry.field(default=None, description="In full, up to 20,000 characters; Markdown.")
    kind: TimelineItemKind = strawberry.field(
        default=TimelineItemKind.MANUAL, description="MANUAL, or IMPORTED for what is brought along."
    )
    pinned: bool = strawberry.field(default=False, description="Whether it is held up before the others.")
    in_report: bool = strawberry.field(default=False, description="Whether reports tell it.")
    audience: CommentAudienceType = strawberry.field(
        default=CommentAudienceType.INTERNAL, description="Whom it is written for."
    )


@strawberry.input(description="Changes to an entry of a timeline; what is left out stays as it is.")
class EditIncidentTimelineEntryInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    at: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it happened, or began.")
    until: datetime | None = strawberry.field(default=strawberry.UNSET, description="When it ended; null: a moment.")
    title: str | None = strawberry.field(default=strawberry.UNSET, description="What happened, in a line.")
    text: str | None = strawberry.field(default=strawberry.UNSET, description="In full; null: nothing more.")
    pinned: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether it is held up.")
    in_report: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether reports tell it.")
    audience: CommentAudienceType | None = strawberry.field(
        default=strawberry.UNSET, description="Whom it is written for."
    )


@strawberry.input(description="The entry to take out of a timeline.")
class DeleteIncidentTimelineEntryInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


New: TypeAlias = Annotated[AddIncidentTimelineEntryInput, strawberry.argument(description="What happened, and when.")]
Edit: TypeAlias = Annotated[EditIncidentTimelineEntryInput, strawberry.argument(description="Which entry, and how.")]
Deletion: TypeAlias = Annotated[DeleteIncidentTimelineEntryInput, strawberry.argument(description="Which entry.")]


@strawberry.type(description="What came of a change to a timeline.")
class IncidentTimelinePayload:
    entry: IncidentTimelineEntry | None = strawberry.field(
        description="The entry after the change, or what it was; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class TimelineMutations:
    @strawberry.mutation(
        directives=[_EDIT], description=described("Writes into the timeline of an incident.", rights=_RIGHTS)
    )
    async def add_incident_timeline_entry(self, info: Info, input: New) -> IncidentTimelinePayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT], description=described("Edits what was written into a timeline.", rights=_RIGHTS)
    )
    async def edit_incident_timeline_entry(self, info: Info, input: Edit) -> IncidentTimelinePayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described("Takes an entry out of a timeline; the history keeps what it said.", rights=_RIGHTS),
    )
    async def delete_incident_timeline_entry(self, info: Info, input: Deletion) -> IncidentTimelinePayload | None:
        return await _payload(_delete(input, info.context))


async def _add(source: AddIncidentTimelineEntryInput, context: Context) -> TimelineRow:
    command = AddTimelineEntry(
        incident_id=to_uuid(source.incident_id, "incident_id"),
        at=source.at,
        until=source.until,
        title=source.title,
        text=source.text,
        kind=TimelineKind[source.kind.name],
        pinned=source.pinned,
        in_report=source.in_report,
        audience=CommentAudience[source.audience.name],
    )
    async with context.work() as work:
        return await add_timeline_entry(command, work)


async def _edit(source: EditIncidentTimelineEntryInput, context: Context) -> TimelineRow:
    changes: dict[str, Any] = {name: value for name, value in given(source).items() if name in _NAMES}
    if changes.get("audience") is not None:
        changes["audience"] = CommentAudience[changes["audience"].name].value
    command = EditTimelineEntry(
        entry_id=to_uuid(source.id, "id"), expected_version=source.expected_version, changes=changes
    )
    async with context.work() as work:
        return await edit_timeline_entry(command, work)


async def _delete(source: DeleteIncidentTimelineEntryInput, context: Context) -> TimelineRow:
    command = DeleteTimelineEntry(entry_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await delete_timeline_entry(command, work)


async def _payload(change: Awaitable[TimelineRow]) -> IncidentTimelinePayload:
    try:
        return IncidentTimelinePayload(entry=IncidentTimelineEntry.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentTimelinePayload(
            entry=current_part(refusal, TimelineRow, IncidentTimelineEntry.from_row), errors=[user_error(refusal)]
        )
