"""Jobs of translation: ordered, run to their end, and what came of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.access import Actor
from services.directories.domain.translation_jobs import Patience
from services.directories.persistence.rows import TranslationRow
from services.directories.persistence.translation_jobs import TranslationJobs
from services.directories.usecases.translate_batch import Translator
from services.directories.usecases.translate_missing import TranslateMissing, translate_missing
from tests.support.services import SYSTEM, RunningService

EAGER = Patience(first=0.0, times=4)


async def order(directories: RunningService, by: Actor, *kinds: str, locale: str = "it") -> UUID:
    command = TranslateMissing(locale=locale, kinds=kinds or ("severity",), engine="test-model", lacking=())
    async with directories.database.work(by) as work:
        return await translate_missing(command, work)


async def run(translator: Translator) -> None:
    """Until there is nothing to do now."""
    while await translator.step():
        pass


async def told(directories: RunningService, job_id: UUID) -> dict[str, Any]:
    """The job without what is not there."""
    async with directories.database.read(SYSTEM, through=("view", "manage")) as session:
        jobs = TranslationJobs(session)
        job = await jobs.get(job_id)
        assert job is not None
        progress = (await jobs.progress([job_id]))[job_id]
        failures = (await jobs.failures([job_id], 100))[job_id]
    found = {"state": job.state, **{state.value: number for state, number in progress.by_state.items()}}
    reasons = sorted({item.reason for item in failures if item.reason})
    return found | {name: value for name, value in (("reason", job.reason), ("reasons", reasons)) if value}


async def italian(directories: RunningService) -> dict[UUID, TranslationRow]:
    async with directories.database.read(SYSTEM) as session:
        rows = await session.scalars(select(TranslationRow).where(TranslationRow.locale == "it"))
        return {row.entry_id: row for row in rows}
