"""One step of a job: a few texts are taken, translated outside of any transaction, checked and stored.

    take (transaction) -> ask the machine -> keep (transaction)

Nothing but the rows knows how far a job is. A process that dies between the two transactions leaves its texts pending,
and the next one takes them again; what is stored is stored together with its item, so each text is stored once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import structlog

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Invalid
from services.directories.domain.glossary import relevant
from services.directories.domain.machine import Answer, Away, Busy, Machine, NotTranslated, Order, Refused, Usage
from services.directories.domain.translation import Source
from services.directories.domain.translation_checks import problem
from services.directories.domain.translation_jobs import (
    ATTEMPTS,
    BATCH,
    BATCH_CHARACTERS,
    ItemState,
    JobState,
    Patience,
)
from services.directories.persistence.entries import claim
from services.directories.persistence.glossary import GlossaryTerms
from services.directories.persistence.translation_jobs import TranslationJobs, finish
from services.directories.persistence.translation_rows import TranslationItemRow, TranslationJobRow
from services.directories.persistence.translation_source import read_source_locale
from services.directories.persistence.translations import Translations

_ACTOR = Actor.system("translation by machine", EVERY_COMPANY)
Outcome: TypeAlias = Mapping[str, str] | str  # the translations of one owner, or what is wrong with them
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked in one request: `sources` by the number of the item."""

    job_id: UUID
    order: Order
    sources: Mapping[int, Source]


class Translator:
    """Works on one job after the other. `patience` is for endpoints that are busy or away."""

    def __init__(self, database: Database, machine: Machine, patience: Patience | None = None) -> None:
        self._database = database
        self._machine = machine
        self._patience = patience or Patience()
        self._failures = 0

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
        try:
            answer = await self._machine.translate(batch.order)
        except (Busy, Away, Refused) as refusal:
            await self._wait(batch, refusal)
        except NotTranslated as unusable:
            self._failures = 0
            await self._keep(batch, dict.fromkeys(batch.sources, unusable.reason), unusable.usage)
        else:
            self._failures = 0
            await self._keep(batch, _sorted_out(batch, answer), answer.usage)

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

    async def _keep(self, batch: Batch, outcome: Mapping[int, Outcome], usage: Usage) -> None:
        async with self._database.work(_ACTOR) as work:
            await claim(work.session)
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
    texts = {f"{number}.{name}": text for number, each in numbered.items() for name, text in each.texts.items() if text}
    order = Order(
        source=await read_source_locale(work.session),
        target=job.locale,
        texts=texts,
        glossary=relevant(await GlossaryTerms(work.session).all(), texts.values(), job.locale),
    )
    return Batch(job.id, order, numbered)


def _fitting(items: Sequence[tuple[TranslationItemRow, Source]]) -> list[tuple[TranslationItemRow, Source]]:
    """Of one request: at least one; alone what was tried before, so that it spoils nothing for others."""
    if items and items[0][0].attempts:
        return [items[0]]
    chosen: list[tuple[TranslationItemRow, Source]] = []
    size = 0
    for item, source in items:
        size += sum(map(len, source.texts.values()))
        if item.attempts or (chosen and size > BATCH_CHARACTERS):
            break
        chosen.append((item, source))
    return chosen


def _sorted_out(batch: Batch, answer: Answer) -> dict[int, Outcome]:
    return {number: _checked(number, source, answer) for number, source in batch.sources.items()}


def _checked(number: int, source: Source, answer: Answer) -> Outcome:
    """The translations of one owner by their names, or what is wrong with one of them."""
    found = {name: answer.texts.get(f"{number}.{name}", "") for name in source.texts}
    for name, text in source.texts.items():
        wrong = problem(text, found[name]) if text else None
        if wrong is not None:
            return f"{name}: {wrong}"
    return found


async def _counted(batch: Batch, usage: Usage, work: UnitOfWork) -> TranslationJobRow | None:
    """The job with what the request cost; None when it was called off meanwhile."""
    job = await TranslationJobs(work.session).get(batch.job_id, hold=True)
    if job is None:
        return None
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
