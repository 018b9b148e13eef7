"""Saying something about an incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from services.incidents.domain import comments, permissions
from services.incidents.domain.comments import CommentAudience
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.persistence.parts import Parts
from services.incidents.usecases.parts import first_values, new_part_values, take, tell_part
from services.incidents.usecases.readers import require_readers

COMMENT = "The comment was"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment:
    incident_id: UUID
    body: str
    reply_to_id: UUID | None = None
    audience: CommentAudience = CommentAudience.INTERNAL
    mentions: Sequence[UUID] = ()


async def add_comment(command: AddComment, work: UnitOfWork) -> CommentRow:
    """Raises NotFound, Denied or Invalid. An answer is to what was not taken back."""
    incident = await take(command.incident_id, work, right=permissions.EDIT)
    body, mentions = comments.body(command.body), comments.mentions(command.mentions)
    if command.reply_to_id is not None:
        await _require_comment(command.reply_to_id, incident.id, work)
    await require_readers(mentions, incident, work, field="mention_ids")
    comment = CommentRow(
        **new_part_values(incident, uuid7(), work),
        reply_to_id=command.reply_to_id,
        body=body,
        audience=command.audience.value,
        mention_ids=mentions,
        edited_at=None,
        deleted_at=None,
    )
    work.session.add(comment)
    said = first_values(comment, "body", "audience", "reply_to_id", "mention_ids")
    part = Part(PartType.COMMENT, comment.id)
    tell_part(incident, part, Operation.ADDED, said, work, right=permissions.EDIT, concerned=mentions)
    await work.session.flush()
    return comment


async def _require_comment(comment_id: UUID, incident_id: UUID, work: UnitOfWork) -> None:
    found = await Parts(work.session, work.actor, CommentRow).of(incident_id, comment_id)
    if found is None or found.deleted_at is not None:
        raise NotFound(COMMENT, field=("reply_to_id",))
