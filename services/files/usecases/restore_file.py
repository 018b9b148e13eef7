"""Bringing a deleted file back, as long as its bytes are there."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict
from services.files.domain.custody import Custody
from services.files.domain.events import FileRestored
from services.files.domain.files import FileKind, FileState
from services.files.persistence.rows import FileRow
from services.files.usecases.changing import delete, rule_of, take
from services.files.usecases.main_reports import take_place
from services.files.usecases.telling import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreFile:
    file_id: UUID


async def restore_file(command: RestoreFile, work: UnitOfWork) -> FileRow:
    """A main report takes the place of the one that stands now. Raises NotFound, Denied or Conflict."""
    file, restricted = await take(command.file_id, work, right=delete, deleted=True)
    if file.state == FileState.REFUSED:
        raise Conflict("It was refused and is not given back: upload it anew, mended.", field=("id",))
    if file.kind == FileKind.MAIN_REPORT and file.state == FileState.AVAILABLE and file.replaced_at is None:
        await take_place(file, work, restricted=restricted)
    file.deleted_at = file.deleted_by_id = file.delete_reason = file.purge_at = None
    file.version += 1
    tell(file, Custody.RESTORED, FileRestored, work, right=rule_of(file).delete, restricted=restricted)
    await work.session.flush()
    return file
