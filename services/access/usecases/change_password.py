"""Choosing another password for oneself, by the one that one has: signed in, or instead of signing in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.errors import Conflict, Invalid
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain import passwords as rules
from services.access.domain.history import Operation
from services.access.persistence.rows import UserRow
from services.access.persistence.sessions import end_sessions_of
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_own_hand
from services.access.usecases.recording import record_user
from services.access.usecases.sign_in import Client, NotProven, SessionTerms, open_session, prove
from services.access.usecases.telling import tell_change
from services.access.usecases.versions import expect

_ACTOR = Actor.system("changing a password", EVERY_COMPANY)


class ChangePasswordAtTheDoor(BaseModel):
    """What the gateway asks for somebody who has no session."""

    email: str
    password: str
    new_password: str
    client: Client = Client()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """`old_hash` is the one that the old password was proven by."""

    user_id: UUID
    old_hash: str
    new_hash: str
    expected_version: int | None = None


async def change_password_at_the_door(
    asked: ChangePasswordAtTheDoor, database: Database, passwords: PasswordHashing, terms: SessionTerms
) -> dict[str, Any]:
    """Signs in as well; answers as signing in does, or `{"refused": text, "invalid": True}` for a bad new password."""
    try:
        user = await prove(asked.email, asked.password, asked.client, database, passwords)
        new_hash = await hash_new(asked.new_password, asked.password, user, passwords)
    except NotProven as refusal:
        return refusal.answer
    except Invalid as refusal:
        return {"refused": refusal.message, "invalid": True}
    command = ChangePassword(user_id=user.id, old_hash=user.password_hash or "", new_hash=new_hash)
    async with database.work(_ACTOR) as work:
        try:
            user = await change_password(command, work)
        except Conflict as refusal:
            return {"refused": refusal.message}
        return await open_session(user, asked.email, asked.client, terms, work)


async def prove_own_password(work: UnitOfWork) -> UserRow:
    """Who is about to change their password. Raises NotFound or BeyondKey."""
    await require_own_hand(work)
    return await Users(work.session, work.actor).get(work.actor.id)


async def hash_new(new: str, old: str, user: UserRow, passwords: PasswordHashing) -> str:
    """Raises Invalid."""
    if new == old:
        raise Invalid("The new password is the old one.", field=("new_password",))
    return await passwords.hash(rules.check(new, user.name, user.email, field="new_password"))


async def change_password(command: ChangePassword, work: UnitOfWork) -> UserRow:
    """Ends all sessions but the actor's.

    Raises NotFound, StaleRow, or Conflict when the password was changed meanwhile.
    """
    user = await Users(work.session, work.actor).lock(command.user_id)
    expect(command.expected_version, user, work)
    if user.password_hash != command.old_hash or not user.active:
        raise Conflict("The password was changed at the same time; sign in with the one you know.")
    user.password_hash = command.new_hash
    user.password_change_by = None
    await end_sessions_of(user.id, work.session, but=work.actor.credential)
    await record_user(user, Operation.PASSWORD_CHANGED, work)
    tell_change(user, work)
    await work.session.flush()
    return user
