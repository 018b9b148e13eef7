"""Signing in by what a provider of OpenID Connect says, which the gateway has verified.

Who was linked before is known by issuer and subject. Who comes for the first time is linked by verified mail address,
or created; then address and user must be nobody else's at this issuer.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from pydantic import BaseModel, Field

from chassis.access import EVERY_COMPANY, Actor, ActorKind
from chassis.database import Database, UnitOfWork
from chassis.errors import Refusal
from services.access.domain import details
from services.access.domain.history import Operation, created
from services.access.domain.secrets import digest, new_session_token
from services.access.persistence.identities import (
    find_by_mail,
    find_linked,
    is_linked,
    note_sign_in,
    one_link_at_a_time,
    was_opened,
)
from services.access.persistence.rows import IdentityRow, IdentitySessionRow, SessionRow, UserRow
from services.access.persistence.sessions import add_session
from services.access.persistence.users import hold_active
from services.access.usecases.create_user import CreateUser, create_user
from services.access.usecases.mapped_groups import keep_memberships
from services.access.usecases.recording import record_user
from services.access.usecases.sign_in import Client
from services.access.usecases.tidy import tidy

GRACE: Final = timedelta(hours=1)
_ACTOR: Final = Actor.system("sign-in", EVERY_COMPANY)
_log = structlog.get_logger(__name__)


class Person(BaseModel):
    """`email` only when it is verified. `managed` and `groups` are as keep_memberships says."""

    issuer: str = Field(min_length=1, max_length=1000)
    subject: str = Field(min_length=1, max_length=255)
    email: str | None = None
    name: str | None = None
    managed: list[str] = []
    groups: list[str] = []


class Opening(BaseModel):
    """How the session begins: at `provider`, by a sign-in of this digest; `sealed` is kept for the gateway.

    Without `recheck_minutes` nobody asks the provider again, and the session holds as long as one may.
    """

    provider: str
    opened_by: str
    sid: str | None = None
    sealed: str | None = None
    recheck_minutes: int | None = None


class SignInOidc(BaseModel):
    person: Person
    opening: Opening
    create: bool = False
    client: Client = Client()


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def sign_in_oidc(asked: SignInOidc, database: Database, lifetime: timedelta) -> dict[str, Any]:
    """`{"token", "expires_at", "user": {"id", "name"}}`, or `{"refused": code}` and nothing is changed.

    Codes: UNVERIFIED_MAIL, UNKNOWN_USER, NOT_ALLOWED, REPLAYED.
    """
    token = new_session_token()
    try:
        async with database.work(_ACTOR) as work:
            user, is_new = await _user(asked, work)
            await keep_memberships(user.id, asked.person.managed, asked.person.groups, work)
            if is_new:  # told where the groups that come along reach
                await _record_link(user, asked.person, work)
            session = await _open(user, token, asked, lifetime, work)
    except _Refused as refused:
        _log.info("oidc.refused", provider=asked.opening.provider, reason=refused.code)
        return {"refused": refused.code}
    await tidy(database)
    return {"token": token, "expires_at": session.expires_at, "user": {"id": user.id, "name": user.name}}


async def _user(asked: SignInOidc, work: UnitOfWork) -> tuple[UserRow, bool]:
    """Who it is, and whether they are known to the issuer only now. Raises _Refused."""
    issuer, subject = asked.person.issuer, asked.person.subject
    found, is_new = await find_linked(issuer, subject, work.session), False
    if found is None:
        await one_link_at_a_time(work.session)
        found = await find_linked(issuer, subject, work.session)
        is_new = found is None
    if found is None:
        found = await _link(asked, work)
    if not found.active or found.kind != ActorKind.USER:
        raise _Refused("NOT_ALLOWED")
    await note_sign_in(issuer, subject, work.session)
    return found, is_new


async def _link(asked: SignInOidc, work: UnitOfWork) -> UserRow:
    """Raises _Refused."""
    person = asked.person
    if person.email is None:
        raise _Refused("UNVERIFIED_MAIL")
    user = await find_by_mail(person.email, work.session)
    if user is None:
        user = await _create(asked, person.email, work)
    elif not user.active or user.kind != ActorKind.USER or await is_linked(user.id, person.issuer, work.session):
        raise _Refused("NOT_ALLOWED")
    now = datetime.now(UTC)
    work.session.add(
        IdentityRow(issuer=person.issuer, subject=person.subject, user_id=user.id, created_at=now, last_sign_in_at=now)
    )
    await work.session.flush()
    return user


async def _record_link(user: UserRow, person: Person, work: UnitOfWork) -> None:
    told = created(issuer=person.issuer, subject=person.subject)
    await record_user(user, Operation.LINKED, work, told)


async def _create(asked: SignInOidc, email: str, work: UnitOfWork) -> UserRow:
    """Raises _Refused."""
    if not asked.create:
        raise _Refused("UNKNOWN_USER")
    name = (asked.person.name or email)[: details.LONGEST_NAME]
    try:
        return await create_user(CreateUser(email=email, name=name), work)
    except Refusal as refusal:
        _log.warning("oidc.not_created", reason=refusal.message)
        raise _Refused("NOT_ALLOWED") from None


async def _open(user: UserRow, token: str, asked: SignInOidc, lifetime: timedelta, work: UnitOfWork) -> SessionRow:
    """Raises _Refused. The provider that is asked again bounds the session by its answers."""
    opening = asked.opening
    if await was_opened(opening.opened_by, work.session):
        raise _Refused("REPLAYED")
    if not await hold_active(user.id, work.session):
        raise _Refused("NOT_ALLOWED")
    session = add_session(user.id, digest(token), asked.client.origin, lifetime, work.session)
    await work.session.flush()
    recheck_at = None
    if opening.sealed is not None and opening.recheck_minutes is not None:
        recheck_at = session.created_at + timedelta(minutes=opening.recheck_minutes)
        session.expires_at = min(session.expires_at, recheck_at + GRACE)
    work.session.add(
        IdentitySessionRow(
            session_id=session.id,
            provider=opening.provider,
            issuer=asked.person.issuer,
            subject=asked.person.subject,
            sid=opening.sid,
            opened_by=opening.opened_by,
            sealed=opening.sealed,
            recheck_at=recheck_at,
        )
    )
    return session
