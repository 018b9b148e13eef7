"""Writing down what a check said of a file."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from chassis.database import UnitOfWork
from services.files.domain import verdicts
from services.files.domain.custody import Custody
from services.files.domain.events import FileChecked
from services.files.domain.files import FileKind, FileState
from services.files.domain.verdicts import Verdict
from services.files.persistence import checks
from services.files.persistence.checks import Task
from services.files.persistence.owners import restriction
from services.files.persistence.rows import FileRow
from services.files.usecases.main_reports import take_place
from services.files.usecases.telling import REGISTRY, tell

REFUSED_KEPT: Final = timedelta(days=30)  # for who wants to look into it, then its bytes go


async def record_check(task: Task, verdict: Verdict, work: UnitOfWork) -> FileRow | None:
    """None for a file that is gone or was decided upon meanwhile: told twice, it is written once."""
    taken = select(FileRow, restriction()).where(FileRow.id == task.file_id)
    found = (await work.session.execute(taken.with_for_update(of=FileRow))).one_or_none()
    if found is None or found[0].state not in (FileState.CHECKING, FileState.QUARANTINED):
        await checks.finish(task.file_id, work.session)
        return None
    file, restricted = found
    if file.state != verdict.state:
        await _decide(file, verdict, work, restricted=restricted)
    if verdict.state is FileState.QUARANTINED:
        await checks.postpone(task, verdicts.wait_after(task.attempts), work.session)
    else:
        await checks.finish(task.file_id, work.session)
    await work.session.flush()
    return file


async def _decide(file: FileRow, verdict: Verdict, work: UnitOfWork, *, restricted: bool) -> None:
    if verdict.state is FileState.AVAILABLE and file.kind == FileKind.MAIN_REPORT and file.deleted_at is None:
        await take_place(file, work, restricted=restricted)
    file.state = verdict.state.value
    file.detected_type, file.sha256 = verdict.detected_type, verdict.sha256
    file.has_preview = verdict.has_preview
    file.findings = [{"code": found.code, "detail": found.detail} for found in verdict.findings]
    if verdict.state is FileState.REFUSED and file.purge_at is None:
        file.purge_at = datetime.now(UTC) + REFUSED_KEPT
    file.version += 1
    codes = tuple(found.code for found in verdict.findings)
    details = {"state": file.state, "sha256": file.sha256, "detected_type": file.detected_type, "findings": codes}
    tell(
        file, Custody.CHECKED, FileChecked, work,
        right=REGISTRY, restricted=restricted, details=details, state=file.state, findings=codes,
    )  # fmt: skip
