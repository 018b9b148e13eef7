"""Signing in with mail address and password.

An unknown address, a user who cannot sign in and a wrong password get the same answer after the same work: the same
statements, and one verification of a hash. The attempt is counted before it is judged; the password is verified
outside of any transaction, because that takes long.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Invalid
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain import details
from services.access.domain.passwords import LONGEST
from services.access.domain.secrets import digest, new_session_token
from services.access.domain.throttling import ACCOUNT, ADDRESS
from services.access.persistence.attempts import count_attempt, forgive
from services.access.persistence.rows import UserRow
from services.access.persistence.sessions import Origin, add_session
from services.access.persistence.users import hold_active
from services.access.usecases.tidy import tidy

REFUSED: Final = "Mail address or password is wrong."
CHANGE_FIRST: Final = "This password was given to you: choose one of your own to sign in."
EXPIRED: Final = "This password was given to you and has expired: ask your administrator for another one."
_ACTOR = Actor.system("sign-in", EVERY_COMPANY)
_LONGEST_AGENT: Final = 300


class Client(BaseModel):
    """Where a request came from, and what program it says it is."""

    address: str = ""
    agent: str = ""

    @property
    def origin(self) -> Origin:
        return Origin(self.agent[:_LONGEST_AGENT], self.address)


class SignIn(BaseModel):
    """What the gateway asks."""

    email: str
    password: str
    client: Client = Client()


class NotProven(Exception):
    """Nobody has shown to be the user; `answer` is what they are told: `{"refused": text, "retry_after"?: seconds}`."""

    def __init__(self, refused: str, **more: Any) -> None:
        super().__init__(refused)
        self.answer = {"refused": refused, **more}


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """The longest that a session holds."""

    lifetime: timedelta


async def sign_in(asked: SignIn, database: Database, passwords: PasswordHashing, terms: SessionTerms) -> dict[str, Any]:
    """`{"token", "expires_at", "user": {"id", "name"}}`, or `{"refused": text, "retry_after"?: seconds}`.

    With `"change_required": True` beside the refusal the password is right, and good for choosing another one only.
    """
    try:
        user = await prove(asked.email, asked.password, asked.client, database, passwords)
    except NotProven as refusal:
        return refusal.answer
    if user.password_change_by is not None:
        return {"refused": CHANGE_FIRST, "change_required": True}
    async with database.work(_ACTOR) as work:
        answer = await open_session(user, asked.email, asked.client, terms, work)
    await tidy(database)
    return answer


async def prove(email: str, password: str, client: Client, database: Database, passwords: PasswordHashing) -> UserRow:
    """The user whose address and password these are. Raises NotProven."""
    mail = _mail(email)
    blocked = await _count(_account(email), client.address, database)
    if blocked is not None:
        seconds = max(1, round((blocked - datetime.now(UTC)).total_seconds()))
        raise NotProven(f"Too many attempts: try again in {seconds} s.", retry_after=seconds)
    user = await _find(mail or "", database)
    stored = None if user is None else user.password_hash
    if not await passwords.verify(stored, password[: LONGEST + 1]) or user is None or stored is None:
        raise NotProven(REFUSED)
    if user.password_change_by is not None and user.password_change_by <= datetime.now(UTC):
        raise NotProven(EXPIRED)
    if passwords.is_outdated(stored):
        user.password_hash = await _hash_anew(user, stored, password, database, passwords)
    return user


async def open_session(
    user: UserRow, email: str, client: Client, terms: SessionTerms, work: UnitOfWork
) -> dict[str, Any]:
    """What `sign_in` answers. Who was made inactive, or got another password, since it was proven is refused."""
    if not await hold_active(user.id, work.session, UserRow.password_hash == user.password_hash):
        return {"refused": REFUSED}
    token = new_session_token()
    session = add_session(user.id, digest(token), client.origin, terms.lifetime, work.session)
    await forgive(ACCOUNT, _account(email), ADDRESS, client.address, work.session)
    return {"token": token, "expires_at": session.expires_at, "user": {"id": user.id, "name": user.name}}


async def count_guess(user: UserRow, work: UnitOfWork) -> None:
    """Of somebody signed in. Raises Invalid during a pause."""
    blocked = await count_attempt(ACCOUNT, user.email.lower(), work.session)
    if blocked is not None:
        seconds = max(1, round((blocked - datetime.now(UTC)).total_seconds()))
        raise Invalid(f"Too many attempts: try again in {seconds} s.", field=("current_password",))


def _account(email: str) -> str:
    """What attempts are counted by: every way of writing an address is the same account."""
    return (_mail(email) or email.strip()).lower()


async def _hash_anew(user: UserRow, stored: str, password: str, database: Database, passwords: PasswordHashing) -> str:
    """With the parameters of today. Unless the password was changed meanwhile: then this was not the newest."""
    fresh = await passwords.hash(password)
    async with database.work(_ACTOR) as work:
        mine = (UserRow.id == user.id, UserRow.password_hash == stored)
        await work.session.execute(update(UserRow).where(*mine).values(password_hash=fresh))
    return fresh


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
