"""One step of a job: a few texts are taken, translated outside of any transaction, checked and stored.

    take (transaction) -> ask the machine -> keep (transaction)

Nothing but the rows knows how far a job is. A process that dies between the two transactions leaves its texts pending,
and the next one takes them again; what is stored is stored together with its item, so each text is stored once.
A text too long for one request is pending until all its pieces are answered, one request a step.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Invalid
from services.directories.domain.glossary import Glossary, relevant
from services.directories.domain.machine import Away, Busy, Machine, NotTranslated, Order, Refused, Unusable, Usage
from services.directories.domain.translation import Source
from services.directories.domain.translation_asking import Answers, Outcome, Pieces
from services.directories.domain.translation_jobs import (
    ATTEMPTS,
    BATCH,
    BATCH_CHARACTERS,
    ItemState,
    JobState,
    Patience,
)
from services.directories.persistence.glossary import GlossaryTerms
from services.directories.persistence.translation_jobs import TranslationJobs, finish
from services.directories.persistence.translation_rows import TranslationItemRow, TranslationJobRow
from services.directories.persistence.translations import Translations

_ACTOR = Actor.system("translation by machine", EVERY_COMPANY)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked together: `sources` by the number of the item, all in one language."""

    job_id: UUID
    target: str
    sources: Mapping[int, Source]
    glossary: Glossary

    @property
    def texts(self) -> dict[int, Mapping[str, str]]:
        return {number: source.texts for number, source in self.sources.items()}

    def order(self, texts: Mapping[str, str]) -> Order:
        source = next(iter(self.sources.values())).locale
        known = relevant(self.glossary, texts.values(), self.target)
        return Order(source=source, target=self.target, texts=texts, glossary=known)


class Translator:
    """Works on one job after the other. `patience` is for endpoints that are busy or away."""

    def __init__(self, database: Database, machine: Machine, patience: Patience | None = None) -> None:
        self._database = database
        self._machine = machine
        self._patience = patience or Patience()
        self._failures = 0
        self._job: UUID | None = None
        self._answers = Answers()  # to what was asked for that job

    async def step(self) -> bool:
        """Whether there was anything to do now. Raises Fault."""
        async with self._database.work(_ACTOR) as work:
            job = await TranslationJobs(work.session).next()
            if job is None or (job.waits_until is not None and job.waits_until > datetime.now(UTC)):
                return False
            job.state, job.waits_until = JobState.RUNNING.value, None
            batch = await _take(job, work)
        if batch is not None:
            await self._translate(batch)
        return True

    async def _translate(self, batch: Batch) -> None:
        """One request of it. Long texts are cut and checked in a thread: they may take a second."""
        if self._job != batch.job_id:
            self._job, self._answers = batch.job_id, Answers()
        pieces = await asyncio.to_thread(Pieces.of, batch.texts)
        asked = self._answers.open(pieces, BATCH_CHARACTERS)
        usage = None
        if asked:
            try:
                usage = await self._ask(batch, asked)
            except (Busy, Away, Refused) as refusal:
                await self._wait(batch, refusal)
                return
        if self._answers.open(pieces, BATCH_CHARACTERS):
            await self._count(batch, usage)
        else:
            await self._keep(batch, await asyncio.to_thread(self._answers.outcomes, pieces), usage)

    async def _ask(self, batch: Batch, asked: Mapping[str, str]) -> Usage:
        """What it cost. Raises Busy, Away or Refused."""
        try:
            answer = await self._machine.translate(batch.order(asked))
        except Unusable as unusable:
            self._answers.fail(asked, unusable.reason)
            usage = unusable.usage
        else:
            await asyncio.to_thread(self._answers.learn, asked, answer.texts)
            usage = answer.usage
        self._failures = 0
        return usage

    async def _wait(self, batch: Batch, refusal: NotTranslated) -> None:
        self._failures += 1
        told = refusal.seconds if isinstance(refusal, Busy) else None
        pause = None if isinstance(refusal, Refused) else self._patience.pause(self._failures, told)
        _log.warning("translation.waits", job=str(batch.job_id), reason=refusal.reason, seconds=pause)
        async with self._database.work(_ACTOR) as work:
            job = await _counted(batch, refusal.usage, work)
            if job is None:
                return
            if pause is None:
                finish(job, JobState.FAILED, refusal.reason)
                self._failures = 0
            else:
                job.reason = refusal.reason
                job.waits_until = datetime.now(UTC) + timedelta(seconds=pause)

    async def _count(self, batch: Batch, usage: Usage | None) -> None:
        async with self._database.work(_ACTOR) as work:
            job = await _counted(batch, usage, work)
            if job is not None:
                job.reason = None

    async def _keep(self, batch: Batch, outcome: Mapping[int, Outcome], usage: Usage | None) -> None:
        async with self._database.work(_ACTOR) as work:
            await Translations(work.session).claim()
            job = await _counted(batch, usage, work)
            if job is not None:
                job.reason = None
                await _store(job, batch, outcome, self._machine.name, work)


async def _take(job: TranslationJobRow, work: UnitOfWork) -> Batch | None:
    """None when nothing is left to ask: then the job is done, or goes on without what it had skipped."""
    items = await TranslationJobs(work.session).pending(job, BATCH)
    if not items:
        finish(job, JobState.DONE)
        return None
    sources = await Translations(work.session).sources({item.owner_id: item.kind for item in items}, job.locale)
    for item in items:
        if item.owner_id not in sources:
            item.state = ItemState.SKIPPED.value
    chosen = _fitting([(item, sources[item.owner_id]) for item in items if item.owner_id in sources])
    if not chosen:
        return None
    numbered = {item.number: source for item, source in chosen}
    return Batch(job.id, job.locale, numbered, await GlossaryTerms(work.session).all())


def _fitting(items: Sequence[tuple[TranslationItemRow, Source]]) -> list[tuple[TranslationItemRow, Source]]:
    """Of one request, and of one language: at least one; alone what was tried before, so that it spoils no others."""
    if items and items[0][0].attempts:
        return [items[0]]
    chosen: list[tuple[TranslationItemRow, Source]] = []
    size = 0
    for item, source in items:
        size += sum(map(len, source.texts.values()))
        other = chosen and (size > BATCH_CHARACTERS or source.locale != chosen[0][1].locale)
        if item.attempts or other:
            break
        chosen.append((item, source))
    return chosen


async def _counted(batch: Batch, usage: Usage | None, work: UnitOfWork) -> TranslationJobRow | None:
    """The job with what the request cost, if there was one; None when it was called off meanwhile."""
    job = await TranslationJobs(work.session).get(batch.job_id, hold=True)
    if job is None:
        return None
    if usage is not None:
        job.requests += 1
        job.prompt_tokens += usage.prompt_tokens
        job.completion_tokens += usage.completion_tokens
    return job if job.state == JobState.RUNNING else None


async def _store(
    job: TranslationJobRow,
    batch: Batch,
    outcome: Mapping[int, Outcome],
    engine: str,
    work: UnitOfWork,
) -> None:
    kinds = {source.owner_id: source.kind for source in batch.sources.values()}
    present = await Translations(work.session).sources(kinds, job.locale)
    for number, source in batch.sources.items():
        item = await work.session.get_one(TranslationItemRow, (job.id, number))
        if item.state != ItemState.PENDING:
            continue
        now = present.get(source.owner_id)
        if now is None:
            item.state = ItemState.SKIPPED.value
        elif now.digest == source.digest:  # else the source is another one now, and the item still pending
            await _settle(item, outcome[number], job.locale, engine, work)


async def _settle(item: TranslationItemRow, outcome: Outcome, locale: str, engine: str, work: UnitOfWork) -> None:
    item.attempts += 1
    try:
        if not isinstance(outcome, str):
            kept = Translations(work.session).of_kind(item.kind)
            await kept.write(item.owner_id, locale, outcome, engine, work)
            item.state, item.reason = ItemState.TRANSLATED.value, None
            return
        item.reason = outcome
    except Invalid as refusal:
        item.reason = refusal.message
    if item.attempts >= ATTEMPTS:
        item.state = ItemState.FAILED.value
