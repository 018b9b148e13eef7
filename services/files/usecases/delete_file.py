"""Deleting a file: it is out of everybody's sight at once, and can be brought back until its bytes are purged."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from services.files.domain import files, owners, retention
from services.files.domain.custody import Custody
from services.files.domain.events import FileDeleted
from services.files.domain.owners import Rule
from services.files.persistence.retention import Retentions
from services.files.persistence.rows import FileRow
from services.files.usecases.changing import expect, rule_of, take
from services.files.usecases.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFile:
    file_id: UUID
    reason: str
    expected_version: int | None = None


async def delete_file(command: DeleteFile, usual_days: int, work: UnitOfWork) -> FileRow:
    """What one uploaded oneself takes no more than the right to change, of an incident incident.edit.

    Raises NotFound, Denied, Invalid or StaleFile.
    """

    def right(file: FileRow, rule: Rule) -> str:
        own = file.uploaded_by_id == work.actor.id and owners.may(work.actor, rule.change, file.company_id)
        return rule.change if own else rule.delete

    file, restricted = await take(command.file_id, work, right=right)
    expect(command.expected_version, file, work)
    reason = files.reason(command.reason)

    kept = await Retentions(work.session, work.actor).days(file.company_id, file.kind)
    file.deleted_at, file.deleted_by_id, file.delete_reason = datetime.now(UTC), work.actor.id, reason
    file.purge_at = retention.purge_at(file.deleted_at, usual_days if kept is None else kept)
    file.version += 1
    tell(
        file, Custody.DELETED, FileDeleted, work,
        right=right(file, rule_of(file)), restricted=restricted, details={"reason": reason},
    )  # fmt: skip
    await work.session.flush()
    return file
