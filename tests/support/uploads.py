"""Files, made as uploads make them: asked for, sent to the store, completed and checked."""

import asyncio
import hashlib
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import UnitOfWork
from services.files.app import FilesRuntime
from services.files.domain.files import FileState, key
from services.files.domain.owners import Owner, OwnerKind
from services.files.domain.verdicts import Verdict
from services.files.persistence.checks import Task
from services.files.persistence.rows import CheckRow, FileRow, UploadRow
from services.files.usecases.complete_upload import complete_upload
from services.files.usecases.record_check import record_check
from services.files.usecases.request_uploads import RequestUploads, WantedFile, request_uploads

CHECKER = Actor.system("file checks", EVERY_COMPANY)


async def ask_to_upload(runtime: FilesRuntime, actor: Actor, owner: UUID | Owner, **given: Any) -> UploadRow:
    """An id stands for an incident."""
    told: dict[str, Any] = {"name": "report.txt", "media_type": "text/plain", "size": 13} | given
    wanted = WantedFile(**told)
    whose = owner if isinstance(owner, Owner) else Owner(OwnerKind.INCIDENT, owner)
    async with runtime.database.work(actor) as work:
        (upload,) = await request_uploads(RequestUploads(owner=whose, files=[wanted]), runtime.limits, work)
    return upload


async def upload(
    runtime: FilesRuntime, actor: Actor, owner: UUID | Owner, content: bytes = b"what happened", **given: Any
) -> FileRow:
    """A file that waits to be checked."""
    asked = await ask_to_upload(runtime, actor, owner, size=len(content), **given)
    await runtime.objects.put(key(asked.id), content, asked.media_type)

    def open_work() -> AbstractAsyncContextManager[UnitOfWork]:
        return runtime.database.work(actor)

    return await complete_upload(asked.id, open_work, runtime.objects)


async def upload_and_pass(
    runtime: FilesRuntime, actor: Actor, owner: UUID | Owner, content: bytes = b"what happened", **given: Any
) -> FileRow:
    """A file that may be had."""
    file = await upload(runtime, actor, owner, content, **given)
    clean = Verdict(
        state=FileState.AVAILABLE, detected_type=file.media_type, sha256=hashlib.sha256(content).hexdigest()
    )
    return await decide(runtime, file, clean)


async def decide(runtime: FilesRuntime, file: FileRow, verdict: Verdict) -> FileRow:
    async with runtime.database.work(CHECKER) as work:
        decided = await record_check(Task(file.id, file.company_id, None, 1), verdict, work)
    assert decided is not None
    return decided


async def upload_to_a_running_system(
    runtime: FilesRuntime, actor: Actor, owner: UUID | Owner, content: bytes = b"what happened", **given: Any
) -> FileRow:
    """A file that the system's own worker has passed."""
    file = await upload(runtime, actor, owner, content, **given)
    async with asyncio.timeout(60):
        while (found := await _now(runtime, file.id)).state == FileState.CHECKING:
            await asyncio.sleep(0.05)
    assert found.state == FileState.AVAILABLE, found.findings
    return found


async def wait_for_ever(runtime: FilesRuntime, file: FileRow) -> None:
    """As if the scanner was away, and nobody asked it again."""
    check = CheckRow(file_id=file.id, company_id=file.company_id, next_at=datetime(2100, 1, 1, tzinfo=UTC), attempts=0)
    async with runtime.database.work(CHECKER) as work:
        work.session.add(check)
        quarantined = {"state": FileState.QUARANTINED.value}
        await work.session.execute(update(FileRow).where(FileRow.id == file.id).values(quarantined))


async def _now(runtime: FilesRuntime, file_id: UUID) -> FileRow:
    async with runtime.database.read(CHECKER) as session:
        return (await session.scalars(select(FileRow).where(FileRow.id == file_id))).one()
