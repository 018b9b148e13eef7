"""Changing a user: by who manages access and holds all of the user's rights."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from chassis.database import UnitOfWork
from chassis.errors import Conflict, Denied
from services.access.domain import details
from services.access.domain.history import Operation
from services.access.domain.permissions import MANAGE
from services.access.persistence.api_keys import revoke_keys_of
from services.access.persistence.rows import UserRow
from services.access.persistence.sessions import end_sessions_of
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_rights_over
from services.access.usecases.last_administrator import keeping_an_administrator
from services.access.usecases.recording import record_user
from services.access.usecases.telling import tell_change
from services.access.usecases.versions import expect

_OPERATIONS: Final = {None: Operation.EDITED, False: Operation.DEACTIVATED, True: Operation.REACTIVATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditUser:
    """What is None stays. Making a user inactive ends all sessions and keys, and they do not come back."""

    user_id: UUID
    expected_version: int | None = None
    email: str | None = None
    name: str | None = None
    locale: str | None = None
    active: bool | None = None


async def edit_user(command: EditUser, work: UnitOfWork) -> UserRow:
    """Raises NotFound, Denied, Invalid or Conflict; then nothing is changed."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE, field=("id",))
    users = Users(work.session, work.actor)
    user = await users.lock(command.user_id, "id")
    await require_rights_over(user.id, work, field="id")
    expect(command.expected_version, user, work)
    changes = _changes(command, user)
    if "email" in changes and await users.mail_taken(changes["email"], by_other_than=user.id):
        raise _taken()
    if changes:
        async with keeping_an_administrator(work, at_stake=changes.get("active") is False):
            await _apply(changes, user, work)
    return user


def changed(user: UserRow, wanted: dict[str, Any]) -> dict[str, Any]:
    """The columns that really change."""
    return {name: value for name, value in wanted.items() if value is not None and getattr(user, name) != value}


def _changes(command: EditUser, user: UserRow) -> dict[str, Any]:
    return changed(
        user,
        {
            "email": None if command.email is None else details.mail(command.email),
            "name": None if command.name is None else details.name(command.name),
            "locale": None if command.locale is None else details.locale(command.locale),
            "active": command.active,
        },
    )


async def _apply(changes: dict[str, Any], user: UserRow, work: UnitOfWork) -> None:
    told = {name: (getattr(user, name), value) for name, value in changes.items()}
    for name, value in changes.items():
        setattr(user, name, value)
    try:
        await work.session.flush()
    except IntegrityError as error:  # somebody took the address at the same moment
        raise _taken() from error
    if changes.get("active") is False:
        await _end_everything(user, work)
    await record_user(user, _OPERATIONS[changes.get("active")], work, told)
    tell_change(user, work)


async def _end_everything(user: UserRow, work: UnitOfWork) -> None:
    await end_sessions_of(user.id, work.session)
    await revoke_keys_of(user.id, work.session)


def _taken() -> Conflict:
    return Conflict("There is a user with this mail address.", field=("email",))
