"""Sessions, known by the SHA-256 of their tokens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import uuid7
from services.access.persistence.rows import SessionRow, UserRow


def add_session(user_id: UUID, digest: str, lifetime: timedelta, session: AsyncSession) -> SessionRow:
    now = datetime.now(UTC)
    row = SessionRow(
        id=uuid7(), user_id=user_id, digest=digest, created_at=now, last_used_at=now, expires_at=now + lifetime
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
            SessionRow.expires_at > func.now(),
            SessionRow.last_used_at > func.now() - idle,
            UserRow.active,
        )
    )
    found = (await session.execute(statement)).first()
    return None if found is None else (found[0], found[1])


async def end_session(digest: str, session: AsyncSession) -> SessionRow | None:
    """The session that is gone now; None when there was none."""
    return await session.scalar(delete(SessionRow).where(SessionRow.digest == digest).returning(SessionRow))


async def touch_session(session_id: UUID, session: AsyncSession) -> None:
    await session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_used_at=func.now()))


async def forget_expired_sessions(session: AsyncSession) -> None:
    await session.execute(delete(SessionRow).where(SessionRow.expires_at < func.now()))
