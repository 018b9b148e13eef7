"""Deleting a file: it is out of everybody's sight at once, and can be brought back until its bytes are purged."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from chassis.access import Actor
from chassis.database import UnitOfWork
from services.files.domain import files, permissions, retention
from services.files.domain.custody import Custody
from services.files.domain.events import FileDeleted
from services.files.persistence.retention import Retentions
from services.files.persistence.rows import FileRow
from services.files.usecases.changing import expect, take
from services.files.usecases.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFile:
    file_id: UUID
    reason: str
    expected_version: int | None = None


async def delete_file(command: DeleteFile, usual_days: int, work: UnitOfWork) -> FileRow:
    """What one uploaded oneself takes incident.edit, another's incident.delete.

    Raises NotFound, Denied, Invalid or StaleFile.
    """
    right = partial(_right, work.actor)
    file, incident = await take(command.file_id, work, right=right)
    expect(command.expected_version, file, work)
    reason = files.reason(command.reason)

    kept = await Retentions(work.session, work.actor).days(file.company_id, file.kind)
    file.deleted_at, file.deleted_by_id, file.delete_reason = datetime.now(UTC), work.actor.id, reason
    file.purge_at = retention.purge_at(file.deleted_at, usual_days if kept is None else kept)
    file.version += 1
    tell(file, incident, Custody.DELETED, FileDeleted, work, right=right(file), details={"reason": reason})
    await work.session.flush()
    return file


def _right(actor: Actor, file: FileRow) -> str:
    own = file.uploaded_by_id == actor.id and actor.may(permissions.EDIT, file.company_id)
    return permissions.EDIT if own else permissions.DELETE
