"""The worker that checks what waits: several of them, in any number of processes, share the work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.errors import Fault
from services.files.domain import verdicts
from services.files.domain.owners import registry
from services.files.persistence import checks
from services.files.persistence.checks import LEASE, Task
from services.files.persistence.rows import FileRow
from services.files.usecases.check_file import Examiners, examine
from services.files.usecases.record_check import record_check

CHECKER: Final = Actor.system("file checks", EVERY_COMPANY)
_IDLE_SECONDS: Final = 0.5
_log = structlog.get_logger(__name__)


async def keep_checking(database: Database, by: Examiners, *, at_once: int) -> None:
    """Until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(_check_one_after_another(database, by, pause=_IDLE_SECONDS * at_once))


async def _check_one_after_another(database: Database, by: Examiners, *, pause: float) -> None:
    """However many they are, together they look as often when there is nothing to do."""
    while True:
        if not await check_next(database, by):
            await asyncio.sleep(pause)


async def check_next(database: Database, by: Examiners) -> bool:
    """Whether there was anything to check. What cannot be checked now waits, longer each time."""
    async with database.work(CHECKER) as work:
        task = await checks.claim(work.session)
    if task is None:
        return False
    try:
        async with _held(task, database):
            verdict = await _examined(task, database, by)
    except (Fault, OSError) as error:
        _log.warning("check.waits", file=str(task.file_id), attempts=task.attempts, reason=str(error))
        async with database.work(CHECKER) as work:
            await checks.postpone(task, verdicts.wait_after(task.attempts), work.session)
        return True
    async with database.work(registry(CHECKER.name, task.company_id)) as work:
        file = await record_check(task, verdict, work)
    if file is not None:
        _log.info(
            "file.checked", file=str(file.id), state=file.state, findings=[each.code for each in verdict.findings]
        )
    return True


async def _examined(task: Task, database: Database, by: Examiners) -> verdicts.Verdict:
    async with database.read(CHECKER) as session:
        file = await session.scalar(select(FileRow).where(FileRow.id == task.file_id))
    return verdicts.lost() if file is None else await examine(file, task.promised_sha256, by)


@asynccontextmanager
async def _held(task: Task, database: Database) -> AsyncIterator[None]:
    """Says again and again that somebody is looking."""
    renewing = asyncio.create_task(_renew(task, database))
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)


async def _renew(task: Task, database: Database) -> None:
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 4)
        async with database.work(CHECKER) as work:
            await checks.renew(task, work.session)
