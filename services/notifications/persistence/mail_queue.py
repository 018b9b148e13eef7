"""The messages that wait to be sent: each taken by one worker at a time, no more in a minute than are allowed.

Who takes a message writes that down before a server hears of it. Who was killed meanwhile leaves it to others once the
lease is over; they send it again under the same Message-ID.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain.messages import MessageState, Reason
from services.notifications.persistence.rows import MessageRow

LEASE: Final = timedelta(minutes=5)  # longer than sending takes, so that no two send the same
_MINUTE: Final = timedelta(minutes=1)
_ONE_BY_ONE: Final = text("select pg_advisory_xact_lock(7810771102)")  # whoever takes counts what the others took
_OPEN: Final = (MessageState.QUEUED.value, MessageState.SENDING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How an attempt ended. `wait` is for those that are tried again; the others have come to their end."""

    state: MessageState
    reason: Reason | None = None
    answer: str | None = None
    wait: timedelta | None = None


async def claim(session: AsyncSession, *, per_minute: int) -> MessageRow | None:
    """The one that has waited longest. None when there is none, or as many as may be were taken within a minute."""
    if await session.scalar(select(MessageRow.id).where(_due()).limit(1)) is None:
        return None
    await session.execute(_ONE_BY_ONE)
    lately = select(func.count()).where(MessageRow.attempted_at > func.clock_timestamp() - _MINUTE)
    if (await session.scalar(lately) or 0) >= per_minute:
        return None
    first = select(MessageRow.id).where(_due()).order_by(MessageRow.next_attempt_at, MessageRow.id).limit(1)
    taken = (
        update(MessageRow)
        .where(MessageRow.id == first.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state=MessageState.SENDING.value,
            attempts=MessageRow.attempts + 1,
            attempted_at=func.clock_timestamp(),
            next_attempt_at=func.clock_timestamp() + LEASE,
        )
        .returning(MessageRow)
    )
    return await session.scalar(taken)


async def settle(message: MessageRow, end: End, session: AsyncSession) -> int | None:
    """The number of the event that tells it; None when another attempt has begun, which then decides."""
    mine = MessageRow.id == message.id, MessageRow.attempts == message.attempts
    final = end.wait is None
    values = {
        "state": end.state.value,
        "reason": end.reason and end.reason.value,
        "answer": end.answer,
        "settled_at": func.clock_timestamp() if final else None,
        "next_attempt_at": func.clock_timestamp() + (end.wait or timedelta()),
        "sequence": MessageRow.sequence + (1 if final else 0),
    }
    open_ = MessageRow.state == MessageState.SENDING.value
    settled = update(MessageRow).where(*mine, open_).values(**values).returning(MessageRow.sequence)
    return await session.scalar(settled, execution_options={"synchronize_session": False})


def _due() -> ColumnElement[bool]:
    return MessageRow.state.in_(_OPEN) & (MessageRow.next_attempt_at <= func.clock_timestamp())
