"""Putting right what one has said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import NotFound
from services.incidents.domain import comments, permissions
from services.incidents.domain.comments import CommentAudience
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases.add_comment import COMMENT
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part
from services.incidents.usecases.readers import require_readers


@dataclass(frozen=True, slots=True, kw_only=True)
class EditComment:
    """What is None stays as it is."""

    comment_id: UUID
    expected_version: int
    body: str | None = None
    audience: CommentAudience | None = None
    mentions: Sequence[UUID] | None = None


async def edit_comment(command: EditComment, work: UnitOfWork) -> CommentRow:
    """Raises NotFound, Denied, Invalid or StalePart. An edit that changes nothing writes nothing."""
    incident, comment = await take_part(CommentRow, command.comment_id, COMMENT, work)
    if comment.deleted_at is not None:
        raise NotFound(COMMENT, field=("id",))
    comments.require_author(comment.created_by_id, work.actor.id)
    expect(command.expected_version, comment, work)

    known = set(comment.mention_ids)
    changes = change_part(comment, await _values(command, comment, incident, work))
    if changes:
        comment.edited_at = datetime.now(UTC)
        new = [each for each in comment.mention_ids if each not in known]
        part = Part(PartType.COMMENT, comment.id)
        tell_part(incident, part, Operation.EDITED, changes, work, right=permissions.EDIT, concerned=new)
    await work.session.flush()
    return comment


async def _values(command: EditComment, comment: CommentRow, incident: IncidentRow, work: UnitOfWork) -> dict[str, Any]:
    """Who is mentioned already may stay, also when he sees the incident no more."""
    values: dict[str, Any] = {}
    if command.body is not None:
        values["body"] = comments.body(command.body)
    if command.audience is not None:
        values["audience"] = command.audience.value
    if command.mentions is not None:
        values["mention_ids"] = comments.mentions(command.mentions)
        await require_readers(
            set(values["mention_ids"]) - set(comment.mention_ids), incident, work, field="mention_ids"
        )
    return values
