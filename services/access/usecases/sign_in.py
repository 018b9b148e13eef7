"""Signing in with mail address and password.

An unknown address and a wrong password get the same answer after the same work. The attempt is counted before it is
judged; the password is verified outside of any transaction, because that takes long.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database
from chassis.errors import Invalid
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain import details
from services.access.domain.secrets import digest, new_session_token
from services.access.domain.throttling import ACCOUNT, ADDRESS
from services.access.persistence.attempts import count_attempt, forgive
from services.access.persistence.rows import SessionRow, UserRow
from services.access.persistence.sessions import add_session
from services.access.usecases.tidy import tidy

REFUSED: Final = "Mail address or password is wrong."
_ACTOR = Actor.system("sign-in", EVERY_COMPANY)


class Client(BaseModel):
    address: str = ""


class SignIn(BaseModel):
    """What the gateway asks; `client.address` is where the request came from."""

    email: str
    password: str
    client: Client = Client()


async def sign_in(asked: SignIn, database: Database, passwords: PasswordHashing, lifetime: timedelta) -> dict[str, Any]:
    """`{"token", "expires_at", "user": {"id", "name"}}`, or `{"refused": text, "retry_after"?: seconds}`."""
    mail, address = _mail(asked.email), asked.client.address
    account = (mail or asked.email.strip()).lower()
    blocked = await _count(account, address, database)
    if blocked is not None:
        seconds = max(1, round((blocked - datetime.now(UTC)).total_seconds()))
        return {"refused": f"Too many attempts: try again in {seconds} s.", "retry_after": seconds}
    user = None if mail is None else await _find(mail, database)
    stored = None if user is None else user.password_hash
    if not await passwords.verify(stored, asked.password[: details.LONGEST_PASSWORD + 1]) or user is None:
        return {"refused": REFUSED}
    token = new_session_token()
    session = await _open(user, token, account, address, database, lifetime)
    await tidy(database)
    return {"token": token, "expires_at": session.expires_at, "user": {"id": user.id, "name": user.name}}


async def _count(account: str, address: str, database: Database) -> datetime | None:
    """When the pause ends that the account or the address is in; None when there is none."""
    async with database.work(_ACTOR) as work:
        waits = await count_attempt(ADDRESS, address, work.session)
        return waits or await count_attempt(ACCOUNT, account, work.session)


def _mail(given: str) -> str | None:
    """As it is stored, so that no other way of writing it counts as another account; None when it is no address."""
    try:
        return details.mail(given)
    except Invalid:
        return None


async def _find(mail: str, database: Database) -> UserRow | None:
    """The active user of the address."""
    wanted = select(UserRow).where(func.lower(UserRow.email) == func.lower(mail), UserRow.active)
    async with database.read(_ACTOR) as session:
        return await session.scalar(wanted)


async def _open(
    user: UserRow, token: str, account: str, address: str, database: Database, lifetime: timedelta
) -> SessionRow:
    async with database.work(_ACTOR) as work:
        session = add_session(user.id, digest(token), lifetime, work.session)
        await forgive(ACCOUNT, account, ADDRESS, address, work.session)
        return session
