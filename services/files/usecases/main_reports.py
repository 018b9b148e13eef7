"""An incident has one main report: the one uploaded last takes the place of the one before, which stays as history."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import UnitOfWork
from services.files.domain.custody import Custody
from services.files.domain.events import FileReplaced
from services.files.domain.files import FileKind, FileState
from services.files.persistence.rows import FileRow
from services.files.usecases.telling import REGISTRY, tell

_LOCK = 7246201  # of the main report of one incident


async def take_place(file: FileRow, work: UnitOfWork, *, restricted: bool) -> None:
    """`file` is about to become a main report that can be had; the present one, if there is one, gives way."""
    await work.session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(str(file.owner_id)))))
    present = await _present(file, work.session)
    if present is None:
        return
    present.replaced_at, present.replaced_by_id = datetime.now(UTC), file.id
    present.version += 1
    tell(
        present, Custody.REPLACED, FileReplaced, work,
        right=REGISTRY, restricted=restricted, details={"by": file.id}, replaced_by_id=file.id,
    )  # fmt: skip
    await work.session.flush()


async def _present(file: FileRow, session: AsyncSession) -> FileRow | None:
    statement = select(FileRow).where(
        FileRow.owner_id == file.owner_id,
        FileRow.id != file.id,
        FileRow.kind == FileKind.MAIN_REPORT.value,
        FileRow.state == FileState.AVAILABLE.value,
        FileRow.replaced_at.is_(None),
        FileRow.deleted_at.is_(None),
    )
    return await session.scalar(statement.with_for_update())
