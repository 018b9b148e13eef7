"""Commenting on incidents."""

from collections.abc import Awaitable
from typing import Annotated, Final, TypeAlias

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import EXPECTED_VERSION, to_uuid, to_uuids
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.domain.comments import CommentAudience
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.mutations.payload import current_part
from services.incidents.graphql.types.comment import CommentAudienceType, IncidentComment
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.usecases.add_comment import AddComment, add_comment
from services.incidents.usecases.delete_comment import DeleteComment, delete_comment
from services.incidents.usecases.edit_comment import EditComment, edit_comment

_EDIT: Final = CompanyScope(permission=permissions.EDIT)
_RIGHTS: Final = "incident.edit in the incident's company; restricted: members or incident.view_restricted."


@strawberry.input(description="Something to say about an incident.")
class AddIncidentCommentInput:
    incident_id: strawberry.ID = strawberry.field(description="The incident.")
    body: str = strawberry.field(description="What is said, up to 20,000 characters; Markdown.")
    reply_to_id: strawberry.ID | None = strawberry.field(default=None, description="The comment that it answers.")
    audience: CommentAudienceType = strawberry.field(
        default=CommentAudienceType.INTERNAL, description="Whom it is written for."
    )
    mention_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Who is mentioned, up to 50; users who may see the incident."
    )


@strawberry.input(description="Changes to a comment of your own; what is left out stays as it is.")
class EditIncidentCommentInput:
    id: strawberry.ID = strawberry.field(description="The comment.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    body: str | None = strawberry.field(default=None, description="What is said instead.")
    audience: CommentAudienceType | None = strawberry.field(default=None, description="Whom it is written for.")
    mention_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Who is mentioned, all of them."
    )


@strawberry.input(description="The comment to take back.")
class DeleteIncidentCommentInput:
    id: strawberry.ID = strawberry.field(description="The comment.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


Saying: TypeAlias = Annotated[AddIncidentCommentInput, strawberry.argument(description="What to say, and of what.")]
Edit: TypeAlias = Annotated[EditIncidentCommentInput, strawberry.argument(description="Which comment, and its words.")]
Deletion: TypeAlias = Annotated[DeleteIncidentCommentInput, strawberry.argument(description="What to take back.")]


@strawberry.type(description="What came of a change to a comment.")
class IncidentCommentPayload:
    comment: IncidentComment | None = strawberry.field(
        description="The comment after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class CommentMutations:
    @strawberry.mutation(directives=[_EDIT], description=described("Says something about an incident.", rights=_RIGHTS))
    async def add_incident_comment(self, info: Info, input: Saying) -> IncidentCommentPayload | None:
        return await _payload(_add(input, info.context))

    @strawberry.mutation(directives=[_EDIT], description=described("Edits a comment of your own.", rights=_RIGHTS))
    async def edit_incident_comment(self, info: Info, input: Edit) -> IncidentCommentPayload | None:
        return await _payload(_edit(input, info.context))

    @strawberry.mutation(
        directives=[_EDIT],
        description=described(
            "Takes a comment back; its place in the conversation and its history stay.",
            rights=f"{_RIGHTS} Another's takes incident.delete too.",
        ),
    )
    async def delete_incident_comment(self, info: Info, input: Deletion) -> IncidentCommentPayload | None:
        return await _payload(_delete(input, info.context))


async def _add(source: AddIncidentCommentInput, context: Context) -> CommentRow:
    command = AddComment(
        incident_id=to_uuid(source.incident_id, "incident_id"),
        body=source.body,
        reply_to_id=None if source.reply_to_id is None else to_uuid(source.reply_to_id, "reply_to_id"),
        audience=CommentAudience[source.audience.name],
        mentions=to_uuids(source.mention_ids, "mention_ids"),
    )
    await context.projections.ensure(context.actor, users=command.mentions)
    async with context.work() as work:
        return await add_comment(command, work)


async def _edit(source: EditIncidentCommentInput, context: Context) -> CommentRow:
    mentions = None if source.mention_ids is None else to_uuids(source.mention_ids, "mention_ids")
    command = EditComment(
        comment_id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        body=source.body,
        audience=None if source.audience is None else CommentAudience[source.audience.name],
        mentions=mentions,
    )
    await context.projections.ensure(context.actor, users=mentions or ())
    async with context.work() as work:
        return await edit_comment(command, work)


async def _delete(source: DeleteIncidentCommentInput, context: Context) -> CommentRow:
    command = DeleteComment(comment_id=to_uuid(source.id, "id"), expected_version=source.expected_version)
    async with context.work() as work:
        return await delete_comment(command, work)


async def _payload(change: Awaitable[CommentRow]) -> IncidentCommentPayload:
    try:
        return IncidentCommentPayload(comment=IncidentComment.from_row(await change), errors=[])
    except Refusal as refusal:
        return IncidentCommentPayload(
            comment=current_part(refusal, CommentRow, IncidentComment.from_row), errors=[user_error(refusal)]
        )
