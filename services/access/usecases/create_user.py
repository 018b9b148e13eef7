"""Creating a user. Rights come by groups; until then only the administrator who made the user sees it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chassis.access import NOWHERE, ActorKind
from chassis.database import UnitOfWork
from chassis.errors import Conflict, Denied, Invalid
from chassis.identifiers import uuid7
from services.access.domain import details, passwords
from services.access.domain.history import Operation, Subject, SubjectKind, created
from services.access.domain.permissions import MANAGE
from services.access.persistence.history import record
from services.access.persistence.rows import UserRow
from services.access.persistence.users import Users
from services.access.usecases.telling import tell_user


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser:
    """Without a password hash the user cannot sign in, only use API keys; a service account never has one.

    A password that is `good_once` is the giver's choice: the user signs in by choosing another one.
    """

    email: str
    name: str
    locale: str | None = None
    password_hash: str | None = None
    good_once: bool = False
    service_account: bool = False


async def create_user(command: CreateUser, work: UnitOfWork) -> UserRow:
    """Raises Denied, Invalid, or Conflict when the mail address is taken, in whatever case."""
    if not work.actor.companies(MANAGE):
        raise Denied(MANAGE)
    if command.service_account and command.password_hash is not None:
        raise Invalid("A service account has no password, only API keys.", field=("password",))
    user = await Users(work.session, work.actor).add(_values(command, work))
    if user is None:
        raise Conflict("There is a user with this mail address.", field=("email",))
    tell_user(user, work)
    told = created(email=user.email, name=user.name, kind=user.kind, locale=user.locale)
    record(Subject(SubjectKind.USER, user.id, user.name), NOWHERE, Operation.CREATED, work, told)
    await work.session.flush()
    return user


def _values(command: CreateUser, work: UnitOfWork) -> dict[str, object]:
    kind = ActorKind.SERVICE_ACCOUNT if command.service_account else ActorKind.USER
    return {
        "id": uuid7(),
        "kind": kind.value,
        "email": details.mail(command.email),
        "name": details.name(command.name),
        "locale": details.locale(command.locale or details.DEFAULT_LOCALE),
        "active": True,
        "password_hash": command.password_hash,
        "password_change_by": datetime.now(UTC) + passwords.GOOD_ONCE_FOR if command.good_once else None,
        "created_by_id": work.actor.id,
        "version": 1,
        "sequence": 0,
    }
