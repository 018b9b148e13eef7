"""Sessions that were opened at a provider: the gateway asks it again now and then, and tells here what it said."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import NotFound
from services.access.domain.events import SessionEnded
from services.access.persistence.identities import (
    hold_identity_session,
    identity_session_of,
    owner_of,
    sessions_at,
    take_recheck,
)
from services.access.persistence.rows import IdentitySessionRow, SessionRow
from services.access.usecases.look_up_grants import GrantsQuestion, look_up_grants
from services.access.usecases.mapped_groups import keep_memberships
from services.access.usecases.sign_in_oidc import GRACE

_ACTOR: Final = Actor.system("recheck", EVERY_COMPANY)
_PAUSE: Final = timedelta(minutes=1)  # for the gateway that asks; afterwards another may try


class SessionQuestion(BaseModel):
    token_digest: str


class Rechecked(BaseModel):
    """What the provider said: the session ended, or is confirmed; memberships only where it told them."""

    session_id: UUID
    ended: bool = False
    sealed: str | None = None
    minutes: int = Field(default=0, ge=0)
    managed: list[str] = []
    groups: list[str] = []


class Ended(BaseModel):
    """What a provider says of its own accord: all sessions of the subject, or the one it calls `sid`."""

    issuer: str
    subject: str | None = None
    sid: str | None = None


async def look_up_grants_and_recheck(asked: GrantsQuestion, database: Database, idle: timedelta) -> dict[str, Any]:
    """As look_up_grants, and `recheck` with what the gateway needs, when it is due. Raises NotFound."""
    answer = await look_up_grants(asked, database, idle)
    if asked.kind != "session":
        return answer
    async with database.read(_ACTOR) as session:
        found = await identity_session_of(asked.digest, session)
    if found is None or found.recheck_at is None or found.recheck_at > datetime.now(UTC):
        return answer
    async with database.work(_ACTOR) as work:
        taken = await take_recheck(found.session_id, _PAUSE, work.session)
    return answer if taken is None else {**answer, "recheck": _told(taken)}


async def look_up_identity_session(asked: SessionQuestion, database: Database) -> dict[str, Any]:
    """`{"session_id", "provider", "issuer", "subject", "sealed"}`. Raises NotFound."""
    async with database.read(_ACTOR) as session:
        found = await identity_session_of(asked.token_digest, session)
    if found is None:
        raise NotFound("The session was")
    return _told(found)


async def session_rechecked(asked: Rechecked, database: Database, lifetime: timedelta) -> dict[str, bool]:
    """`{"found": whether there was such a session}`."""
    try:
        async with database.work(_ACTOR) as work:
            await _judge(asked, lifetime, work)
    except NotFound:
        return {"found": False}
    return {"found": True}


async def _judge(asked: Rechecked, lifetime: timedelta, work: UnitOfWork) -> None:
    """Raises NotFound. Groups and user come before the session, as for who makes the user inactive."""
    if not asked.ended:
        user_id = await owner_of(asked.session_id, work.session)
        await keep_memberships(user_id, asked.managed, asked.groups, work)
    session, opened = await hold_identity_session(asked.session_id, work.session)
    if asked.ended:
        await _end(session, work)
        return
    opened.sealed = asked.sealed or opened.sealed
    opened.recheck_at = datetime.now(UTC) + timedelta(minutes=asked.minutes)
    session.expires_at = min(session.created_at + lifetime, opened.recheck_at + GRACE)


async def end_identity_sessions(asked: Ended, database: Database) -> dict[str, int]:
    """`{"ended": how many}`."""
    async with database.work(_ACTOR) as work:
        sessions = await sessions_at(asked.issuer, asked.subject, asked.sid, work.session)
        for session in sessions:
            await _end(session, work)
    return {"ended": len(sessions)}


async def _end(session: SessionRow, work: UnitOfWork) -> None:
    await _remove(session, work.session)
    work.emit(SessionEnded(user_id=session.user_id), subject=session.id, company=None, sequence=1)


async def _remove(session: SessionRow, database: AsyncSession) -> None:
    await database.delete(session)
    await database.flush()


def _told(opened: IdentitySessionRow) -> dict[str, Any]:
    return {
        "session_id": opened.session_id,
        "provider": opened.provider,
        "issuer": opened.issuer,
        "subject": opened.subject,
        "sealed": opened.sealed,
    }
