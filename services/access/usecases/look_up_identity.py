"""Who is meant by a bearer token of a trusted issuer, which the gateway has verified, and what may they do?"""

from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Scope
from chassis.context import to_claims
from chassis.database import Database
from chassis.errors import NotFound
from services.access.domain.key_limits import NARROWED
from services.access.domain.rights import rights
from services.access.persistence.groups import grants_of
from services.access.persistence.identities import find_by_mail, find_linked, is_linked
from services.access.persistence.rows import UserRow
from services.access.persistence.scopes import remember_scope

_ACTOR: Final = Actor.system("grants", EVERY_COMPANY)


class IdentityQuestion(BaseModel):
    """`email` counts for who is not linked; `named` means the settings say so, and it may be a service account's.

    With `permissions` the rights are narrowed to them.
    """

    issuer: str
    subject: str
    email: str | None = None
    named: bool = False
    permissions: list[str] | None = None


async def look_up_identity(asked: IdentityQuestion, database: Database) -> dict[str, Any]:
    """As look_up_grants. Raises NotFound when nobody is meant, or nobody active."""
    async with database.read(_ACTOR) as session:
        user = await find_linked(asked.issuer, asked.subject, session) or await _by_mail(asked, session)
        if user is None or not user.active:
            raise NotFound("The user was")
        scope = _narrowed(rights(await grants_of(user.id, session)), asked.permissions)
    actor = Actor(id=user.id, kind=ActorKind(user.kind), name=user.name, scope=scope)
    if "hash" in to_claims(actor)["scope"]:
        async with database.work(_ACTOR) as work:
            await remember_scope(scope, work.session)
    return {
        "actor": {"id": user.id, "kind": user.kind, "name": user.name, "locale": user.locale},
        "scope": scope.to_claims(),
        "expires_at": None,
        "credential": None if asked.permissions is None else NARROWED,
    }


async def _by_mail(asked: IdentityQuestion, session: AsyncSession) -> UserRow | None:
    """Not somebody who is another subject of the same issuer, unless the settings say that it is them."""
    user = None if asked.email is None else await find_by_mail(asked.email, session)
    if user is None or asked.named:
        return user
    foreign = user.kind != ActorKind.USER or await is_linked(user.id, asked.issuer, session)
    return None if foreign else user


def _narrowed(scope: Scope, permissions: list[str] | None) -> Scope:
    if permissions is None:
        return scope
    return Scope({name: companies for name, companies in scope.permissions.items() if name in permissions})
