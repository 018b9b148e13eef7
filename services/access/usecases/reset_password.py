"""Giving a user another password, good for nothing but choosing one's own with it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.access import ActorKind
from chassis.database import UnitOfWork
from chassis.errors import Denied, Invalid
from services.access.domain import passwords
from services.access.domain.history import Operation
from services.access.domain.permissions import MANAGE
from services.access.persistence.rows import UserRow
from services.access.persistence.sessions import end_sessions_of
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_rights_over
from services.access.usecases.last_administrator import keeping_an_administrator
from services.access.usecases.recording import record_user
from services.access.usecases.telling import tell_change
from services.access.usecases.versions import expect


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """`given` is the password in clear, for the rules; None for one that was made by chance."""

    user_id: UUID
    password_hash: str
    given: str | None = None
    expected_version: int | None = None


async def reset_password(command: ResetPassword, work: UnitOfWork) -> UserRow:
    """Ends the user's sessions; keys stay. Raises NotFound, Denied, Invalid or Conflict; then nothing is changed."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE, field=("id",))
    user = await Users(work.session, work.actor).lock(command.user_id, "id")
    await require_rights_over(user.id, work, field="id")
    expect(command.expected_version, user, work)
    _check(command, user, work)
    async with keeping_an_administrator(work):
        user.password_hash = command.password_hash
        user.password_change_by = datetime.now(UTC) + passwords.GOOD_ONCE_FOR
        await end_sessions_of(user.id, work.session)
        await record_user(user, Operation.PASSWORD_CHANGED, work, {"must_be_changed": (None, True)})
        tell_change(user, work)
    return user


def _check(command: ResetPassword, user: UserRow, work: UnitOfWork) -> None:
    if user.id == work.actor.id:
        raise Invalid("Change your own password with changePassword, by the one you have.", field=("id",))
    if user.kind != ActorKind.USER.value:
        raise Invalid("A service account has no password, only API keys.", field=("id",))
    if command.given is not None:
        passwords.check(command.given, user.name, user.email)
