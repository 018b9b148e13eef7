"""The files that wait to be checked: taken by one worker at a time, for as long as it keeps saying that it looks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.files.persistence.rows import CheckRow

LEASE: Final = timedelta(minutes=2)  # who was killed leaves a file to others after that


@dataclass(frozen=True, slots=True)
class Task:
    """`attempts` counts the present one."""

    file_id: UUID
    company_id: UUID | None
    promised_sha256: str | None
    attempts: int


async def claim(session: AsyncSession) -> Task | None:
    """The one that has waited longest; nobody else gets it while the lease is renewed."""
    due = (
        select(CheckRow.file_id)
        .where(CheckRow.next_at <= func.now())
        .order_by(CheckRow.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(CheckRow)
        .where(CheckRow.file_id == due.scalar_subquery())
        .values(next_at=func.now() + LEASE, attempts=CheckRow.attempts + 1)
        .returning(CheckRow.file_id, CheckRow.company_id, CheckRow.promised_sha256, CheckRow.attempts)
    )
    row = (await session.execute(taken)).one_or_none()
    return None if row is None else Task(*row)


async def renew(task: Task, session: AsyncSession) -> None:
    await postpone(task, LEASE, session)


async def postpone(task: Task, wait: timedelta, session: AsyncSession) -> None:
    """Unless another attempt has begun."""
    mine = update(CheckRow).where(CheckRow.file_id == task.file_id, CheckRow.attempts == task.attempts)
    await session.execute(mine.values(next_at=func.now() + wait))


async def finish(file_id: UUID, session: AsyncSession) -> None:
    await session.execute(delete(CheckRow).where(CheckRow.file_id == file_id))
