"""Who is behind a session or an API key, and what may they do?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Scope
from chassis.context import to_claims
from chassis.database import Database
from chassis.errors import NotFound
from services.access.domain.key_limits import NO_LIMITS, KeyLimits
from services.access.domain.rights import rights
from services.access.persistence.api_keys import find_key, touch_key
from services.access.persistence.groups import grants_of
from services.access.persistence.rows import UserRow
from services.access.persistence.scopes import find_scope, remember_scope
from services.access.persistence.sessions import find_session, touch_session

_ACTOR = Actor.system("grants", EVERY_COMPANY)
_NOTE_USE_EVERY = timedelta(minutes=1)


class GrantsQuestion(BaseModel):
    """`digest` is the SHA-256 of the whole token or key in hexadecimal; a key is found by its `prefix`."""

    kind: Literal["session", "api_key"]
    digest: str
    prefix: str = ""


class ScopeQuestion(BaseModel):
    hash: str


@dataclass(frozen=True, slots=True)
class _Credential:
    id: UUID
    user: UserRow
    expires_at: datetime | None
    last_used_at: datetime | None
    touch: Callable[[UUID, AsyncSession], Awaitable[None]]
    limits: KeyLimits = NO_LIMITS


async def look_up_grants(asked: GrantsQuestion, database: Database, idle: timedelta) -> dict[str, Any]:
    """`{"actor": {"id", "kind", "name", "locale"}, "scope": claims, "expires_at", "credential": id}`.

    The scope of a limited key is what its limits leave of its user's rights at this time.

    Raises NotFound when the credential is unknown, expired or revoked, or its user inactive.
    """
    async with database.read(_ACTOR) as session:
        credential = await _find(asked, idle, session)
        if credential is None:
            raise NotFound("The credential was")
        scope = credential.limits.applied(rights(await grants_of(credential.user.id, session)))
    await _note(credential, scope, database)
    user = credential.user
    return {
        "actor": {"id": user.id, "kind": user.kind, "name": user.name, "locale": user.locale},
        "scope": scope.to_claims(),
        "expires_at": credential.expires_at,
        "credential": credential.id,
    }


async def look_up_scope(asked: ScopeQuestion, database: Database) -> dict[str, Any]:
    """The claims of a scope that was given to somebody. Raises NotFound."""
    async with database.read(_ACTOR) as session:
        claims = await find_scope(asked.hash, session)
    if claims is None:
        raise NotFound("The scope was")
    return claims


async def _find(asked: GrantsQuestion, idle: timedelta, session: AsyncSession) -> _Credential | None:
    if asked.kind == "session":
        signed_in = await find_session(asked.digest, idle, session)
        if signed_in is None:
            return None
        row, user = signed_in
        return _Credential(row.id, user, row.expires_at, row.last_used_at, touch_session)
    held = await find_key(asked.prefix, asked.digest, session)
    if held is None:
        return None
    key, user = held
    limits = KeyLimits.of(key.permissions, key.company_ids)
    return _Credential(key.id, user, key.expires_at, key.last_used_at, touch_key, limits)


async def _note(credential: _Credential, scope: Scope, database: Database) -> None:
    """Writes down the use, once a minute at most, and a scope that will travel as its digest."""
    now = datetime.now(UTC)
    used = credential.last_used_at is None or now - credential.last_used_at >= _NOTE_USE_EVERY
    large = "hash" in to_claims(_as_actor(credential.user, scope))["scope"]
    if not used and not large:
        return
    async with database.work(_ACTOR) as work:
        if used:
            await credential.touch(credential.id, work.session)
        if large:
            await remember_scope(scope, work.session)


def _as_actor(user: UserRow, scope: Scope) -> Actor:
    return Actor(id=user.id, kind=ActorKind(user.kind), name=user.name, scope=scope)
