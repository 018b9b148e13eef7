"""Counting sign-in attempts. An attempt is counted before it is judged, so that many at once gain nothing."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.domain.secrets import digest
from services.access.domain.throttling import FORGET_AFTER, Allowance, pause
from services.access.persistence.rows import AttemptRow


async def count_attempt(allowance: Allowance, whose: str, session: AsyncSession) -> datetime | None:
    """Counts it; or, while a pause lasts, counts nothing and tells when the pause ends.

    By the clock and not by the transaction's beginning: whoever had to wait for the row began before it was written.
    """
    key = {"kind": allowance.kind, "digest": digest(whose)}
    fresh = insert(AttemptRow).values(
        **key, attempts=1, last_at=func.clock_timestamp(), blocked_until=func.clock_timestamp()
    )
    again = fresh.on_conflict_do_update(
        index_elements=[AttemptRow.kind, AttemptRow.digest],
        set_={
            "attempts": case(
                (AttemptRow.last_at < func.clock_timestamp() - FORGET_AFTER, 1), else_=AttemptRow.attempts + 1
            ),
            "last_at": func.clock_timestamp(),
        },
        where=AttemptRow.blocked_until <= func.clock_timestamp(),
    )
    attempts = await session.scalar(again.returning(AttemptRow.attempts))
    mine = (AttemptRow.kind == allowance.kind, AttemptRow.digest == digest(whose))
    if attempts is None:
        return await session.scalar(select(AttemptRow.blocked_until).where(*mine))
    until = func.clock_timestamp() + literal(pause(attempts, allowance))
    await session.execute(update(AttemptRow).where(*mine).values(blocked_until=until))
    return None


async def forgive(account: Allowance, whose: str, address: Allowance, where: str, session: AsyncSession) -> None:
    """After a success the account starts afresh, and the address is given back the one attempt.

    The address comes first, as in counting, so that two transactions never wait for one another.
    """
    await session.execute(
        update(AttemptRow)
        .where(AttemptRow.kind == address.kind, AttemptRow.digest == digest(where))
        .values(attempts=func.greatest(AttemptRow.attempts - 1, 0), blocked_until=func.clock_timestamp())
    )
    await session.execute(delete(AttemptRow).where(AttemptRow.kind == account.kind, AttemptRow.digest == digest(whose)))


async def forget_old_attempts(session: AsyncSession) -> None:
    await session.execute(delete(AttemptRow).where(AttemptRow.last_at < func.now() - timedelta(days=1)))
