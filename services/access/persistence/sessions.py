"""Sessions, known by the SHA-256 of their tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import uuid7
from chassis.paging import Place, SortKey, paged
from services.access.persistence.rows import SessionRow, UserRow


@dataclass(frozen=True, slots=True)
class Origin:
    """What a session was opened with: the program, as it calls itself, and its network address."""

    agent: str = ""
    address: str = ""


def add_session(user_id: UUID, digest: str, origin: Origin, lifetime: timedelta, session: AsyncSession) -> SessionRow:
    now = datetime.now(UTC)
    row = SessionRow(
        id=uuid7(),
        user_id=user_id,
        digest=digest,
        agent=origin.agent,
        address=origin.address,
        created_at=now,
        last_used_at=now,
        expires_at=now + lifetime,
    )
    session.add(row)
    return row


async def find_session(digest: str, idle: timedelta, session: AsyncSession) -> tuple[SessionRow, UserRow] | None:
    """A session that still holds, with its active user."""
    statement = (
        select(SessionRow, UserRow)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(
            SessionRow.digest == digest,
            *_holding(idle),
            UserRow.active,
        )
    )
    found = (await session.execute(statement)).first()
    return None if found is None else (found[0], found[1])


async def end_session(digest: str, session: AsyncSession) -> SessionRow | None:
    """The session that is gone now; None when there was none."""
    return await session.scalar(delete(SessionRow).where(SessionRow.digest == digest).returning(SessionRow))


async def page_of_sessions(
    user_id: UUID, idle: timedelta, first: int, after: Place | None, session: AsyncSession
) -> Sequence[SessionRow]:
    """Up to `first` + 1 that still hold, the newest first, from the place of an id."""
    statement = select(SessionRow).where(SessionRow.user_id == user_id, *_holding(idle))
    return (await session.scalars(paged(statement, [SortKey(SessionRow.id, down=True)], first, after))).all()


async def count_sessions(user_id: UUID, idle: timedelta, session: AsyncSession) -> int:
    found = select(func.count(SessionRow.id)).where(SessionRow.user_id == user_id, *_holding(idle))
    return await session.scalar(found) or 0


async def end_own_session(session_id: UUID, user_id: UUID, session: AsyncSession) -> SessionRow | None:
    """The session that is gone now; None when the user has none of this id."""
    gone = delete(SessionRow).where(SessionRow.id == session_id, SessionRow.user_id == user_id)
    return await session.scalar(gone.returning(SessionRow))


async def end_sessions_of(user_id: UUID, session: AsyncSession, *, but: UUID | None = None) -> int:
    """All, or all but one; how many they were."""
    gone = delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.id.is_distinct_from(but))
    return len((await session.scalars(gone.returning(SessionRow.id))).all())


def _holding(idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    return SessionRow.expires_at > func.now(), SessionRow.last_used_at > func.now() - idle


async def touch_session(session_id: UUID, session: AsyncSession) -> None:
    await session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_used_at=func.now()))


async def forget_expired_sessions(session: AsyncSession) -> None:
    """But for those that somebody else has in hand, who is not waited for."""
    over = select(SessionRow.id).where(SessionRow.expires_at < func.now()).with_for_update(skip_locked=True)
    await session.execute(delete(SessionRow).where(SessionRow.id.in_(over)))
