"""Keeping jobs of translation, and what each has done and still has to do."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from chassis.identifiers import uuid7
from chassis.paging import Place, SortKey, paged
from services.directories.domain.translation_jobs import UNDER_WAY, ItemState, JobState, Progress
from services.directories.persistence.translation_rows import TranslationItemRow, TranslationJobRow

_UNDER_WAY = TranslationJobRow.state.in_([state.value for state in UNDER_WAY])


class TranslationJobs:
    """The rows themselves say who sees them: whoever manages every company."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def under_way(self, locale: str) -> TranslationJobRow | None:
        return await self._session.scalar(
            select(TranslationJobRow).where(_UNDER_WAY, TranslationJobRow.locale == locale)
        )

    async def next(self) -> TranslationJobRow | None:
        """The oldest that is under way, held until the end of the transaction."""
        oldest = select(TranslationJobRow).where(_UNDER_WAY).order_by(TranslationJobRow.id).limit(1)
        return await self._session.scalar(oldest.with_for_update())

    async def get(self, job_id: UUID, *, hold: bool = False) -> TranslationJobRow | None:
        wanted = select(TranslationJobRow).where(TranslationJobRow.id == job_id)
        return await self._session.scalar(wanted.with_for_update() if hold else wanted)

    async def add(
        self, locale: str, kinds: Collection[str], engine: str, by: UUID, items: Sequence[tuple[str, UUID]]
    ) -> TranslationJobRow:
        """`items` are kinds and owners, in the order in which they are translated."""
        job = TranslationJobRow(
            id=uuid7(), locale=locale, kinds=sorted(kinds), state=JobState.QUEUED.value, engine=engine,
            requested_by=by, requests=0, prompt_tokens=0, completion_tokens=0,
        )  # fmt: skip
        self._session.add(job)
        await self._session.flush()
        rows = [
            {
                "job_id": job.id, "number": number, "kind": kind, "owner_id": owner,
                "state": ItemState.PENDING.value, "attempts": 0,
            }
            for number, (kind, owner) in enumerate(items)
        ]  # fmt: skip
        if rows:
            await self._session.execute(insert(TranslationItemRow), rows)
        return job

    async def page(self, first: int, after: Place | None) -> list[TranslationJobRow]:
        """Newest first, one more than `first`."""
        newest = [SortKey(TranslationJobRow.id, down=True)]
        return list(await self._session.scalars(paged(select(TranslationJobRow), newest, first, after)))

    async def count(self) -> int:
        return await self._session.scalar(select(func.count()).select_from(TranslationJobRow)) or 0

    async def pending(self, job: TranslationJobRow, limit: int) -> list[TranslationItemRow]:
        """Those that were tried least come first."""
        mine = (TranslationItemRow.job_id == job.id, TranslationItemRow.state == ItemState.PENDING.value)
        order = (TranslationItemRow.attempts, TranslationItemRow.number)
        return list(await self._session.scalars(select(TranslationItemRow).where(*mine).order_by(*order).limit(limit)))

    async def progress(self, jobs: Collection[UUID]) -> dict[UUID, Progress]:
        columns = (TranslationItemRow.job_id, TranslationItemRow.state)
        counted = select(*columns, func.count().label("number")).where(TranslationItemRow.job_id.in_(jobs))
        found: dict[UUID, dict[ItemState, int]] = {job: {} for job in jobs}
        for row in await self._session.execute(counted.group_by(*columns)):
            found[row.job_id][ItemState(row.state)] = row.number
        return {job: Progress(by_state) for job, by_state in found.items()}

    async def failures(self, jobs: Collection[UUID], most: int) -> dict[UUID, list[TranslationItemRow]]:
        """Of each job the first ones."""
        failed = TranslationItemRow.state == ItemState.FAILED.value
        place = func.row_number().over(partition_by=TranslationItemRow.job_id, order_by=TranslationItemRow.number)
        ranked = select(TranslationItemRow, place.label("place")).where(TranslationItemRow.job_id.in_(jobs), failed)
        row = aliased(TranslationItemRow, of := ranked.subquery())
        found: dict[UUID, list[TranslationItemRow]] = {job: [] for job in jobs}
        for item in await self._session.scalars(select(row).where(of.c.place <= most).order_by(row.number)):
            found[item.job_id].append(item)
        return found


def finish(job: TranslationJobRow, state: JobState, reason: str | None = None) -> None:
    job.state, job.reason, job.finished_at, job.waits_until = state.value, reason, datetime.now(UTC), None
