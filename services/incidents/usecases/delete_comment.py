"""Taking back what was said: its place in the conversation stays, and its history."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.incidents.domain import comments, permissions
from services.incidents.domain.parts import Operation, Part, PartType
from services.incidents.persistence.incidents import INCIDENT
from services.incidents.persistence.part_rows import CommentRow
from services.incidents.usecases.add_comment import COMMENT
from services.incidents.usecases.parts import change_part, expect, take_part, tell_part


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteComment:
    comment_id: UUID
    expected_version: int | None = None


async def delete_comment(command: DeleteComment, work: UnitOfWork) -> CommentRow:
    """Raises NotFound, Denied or StalePart. What was taken back already stays so."""
    incident, comment = await take_part(CommentRow, command.comment_id, COMMENT, work)
    right = comments.right_to_take_back(comment.created_by_id, work.actor.id)
    work.actor.require(right, incident.company_id, what=INCIDENT, seen_with=permissions.VIEW, field=("id",))
    expect(command.expected_version, comment, work)
    if comment.deleted_at is None:
        comment.deleted_at = datetime.now(UTC)
        changes = change_part(comment, {"body": None, "mention_ids": []})
        tell_part(incident, Part(PartType.COMMENT, comment.id), Operation.REMOVED, changes, work, right=right)
    await work.session.flush()
    return comment
