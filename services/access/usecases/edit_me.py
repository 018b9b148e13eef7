"""Changing what belongs to oneself: name and language. The mail address, by which one signs in, does not."""

from dataclasses import dataclass

from chassis.database import UnitOfWork
from services.access.domain import details
from services.access.domain.history import Operation
from services.access.persistence.rows import UserRow
from services.access.persistence.users import Users
from services.access.usecases.delegation import require_own_hand
from services.access.usecases.edit_user import changed
from services.access.usecases.recording import record_user
from services.access.usecases.telling import tell_change
from services.access.usecases.versions import expect


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMe:
    """What is None stays."""

    expected_version: int | None = None
    name: str | None = None
    locale: str | None = None


async def edit_me(command: EditMe, work: UnitOfWork) -> UserRow:
    """Raises NotFound, BeyondKey, Invalid or Conflict."""
    await require_own_hand(work)
    user = await Users(work.session, work.actor).lock(work.actor.id)
    expect(command.expected_version, user, work)
    name = None if command.name is None else details.name(command.name)
    locale = None if command.locale is None else details.locale(command.locale)
    changes = changed(user, {"name": name, "locale": locale})
    told = {column: (getattr(user, column), value) for column, value in changes.items()}
    for column, value in changes.items():
        setattr(user, column, value)
    if changes:
        await record_user(user, Operation.EDITED, work, told)
        tell_change(user, work)
        await work.session.flush()
    return user
