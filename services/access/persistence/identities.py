"""Users as providers know them, and the sessions they opened there."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from services.access.persistence.rows import IdentityRow, IdentitySessionRow, SessionRow, UserRow

_LOCK = 7_246_104
_SESSION = "The session was"


async def find_linked(issuer: str, subject: str, session: AsyncSession) -> UserRow | None:
    statement = (
        select(UserRow)
        .join(IdentityRow, IdentityRow.user_id == UserRow.id)
        .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    )
    return await session.scalar(statement)


async def find_by_mail(mail: str, session: AsyncSession) -> UserRow | None:
    """In whatever case. Beyond ASCII in just this form: there are letters that become another one's small letter."""
    user = await session.scalar(select(UserRow).where(func.lower(UserRow.email) == func.lower(mail)))
    same = user is not None and (mail == user.email or (mail.isascii() and user.email.isascii()))
    return user if same else None


async def is_linked(user_id: UUID, issuer: str, session: AsyncSession) -> bool:
    """To whatever subject."""
    found = select(IdentityRow.subject).where(IdentityRow.user_id == user_id, IdentityRow.issuer == issuer)
    return await session.scalar(found) is not None


async def one_link_at_a_time(session: AsyncSession) -> None:
    """Until the transaction ends; only first sign-ins wait here."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def note_sign_in(issuer: str, subject: str, session: AsyncSession) -> None:
    this = (IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    await session.execute(update(IdentityRow).where(*this).values(last_sign_in_at=func.now()))


async def was_opened(opened_by: str, session: AsyncSession) -> bool:
    """Whether there is a session of this sign-in already."""
    found = select(IdentitySessionRow.session_id).where(IdentitySessionRow.opened_by == opened_by)
    return await session.scalar(found) is not None


async def identity_session_of(digest: str, session: AsyncSession) -> IdentitySessionRow | None:
    """That of the session whose token has this digest."""
    statement = (
        select(IdentitySessionRow)
        .join(SessionRow, SessionRow.id == IdentitySessionRow.session_id)
        .where(SessionRow.digest == digest)
    )
    return await session.scalar(statement)


async def owner_of(session_id: UUID, session: AsyncSession) -> UUID:
    """Whose session it is. Raises NotFound."""
    found: UUID | None = await session.scalar(select(SessionRow.user_id).where(SessionRow.id == session_id))
    if found is None:
        raise NotFound(_SESSION)
    return found


async def hold_identity_session(session_id: UUID, session: AsyncSession) -> tuple[SessionRow, IdentitySessionRow]:
    """Both as they are now, until the transaction ends; the session first, as who ends it does. Raises NotFound."""
    held = await session.get(SessionRow, session_id, with_for_update=True)
    opened = await session.get(IdentitySessionRow, session_id, with_for_update=True)
    if held is None or opened is None:
        raise NotFound(_SESSION)
    return held, opened


async def take_recheck(session_id: UUID, pause: timedelta, session: AsyncSession) -> IdentitySessionRow | None:
    """The session if it is due, which it is not again for so long: of several who ask, one gets it."""
    due = update(IdentitySessionRow).where(
        IdentitySessionRow.session_id == session_id, IdentitySessionRow.recheck_at <= func.now()
    )
    return await session.scalar(due.values(recheck_at=func.now() + pause).returning(IdentitySessionRow))


async def sessions_at(issuer: str, subject: str | None, sid: str | None, session: AsyncSession) -> Sequence[SessionRow]:
    """Those of a subject, or those that the provider calls `sid`, or what is both; none when neither is named.

    Their users are held until the transaction ends, as by whoever ends all sessions of one.
    """
    named = {IdentitySessionRow.subject: subject, IdentitySessionRow.sid: sid}
    conditions = [column == value for column, value in named.items() if value is not None]
    if not conditions:
        return []
    opened = (
        select(SessionRow)
        .join(IdentitySessionRow, IdentitySessionRow.session_id == SessionRow.id)
        .join(UserRow, UserRow.id == SessionRow.user_id)
    )
    named_ones = opened.where(IdentitySessionRow.issuer == issuer, *conditions).order_by(UserRow.id)
    return (await session.scalars(named_ones.with_for_update(read=True, of=UserRow))).all()
