"""The signed context as an actor: what the gateway says of its caller, read back by a service.

A scope that lists many companies is not written out; it travels as its digest, and a service that does not know the
digest asks `access` for the scope once.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.access import Actor, ActorKind, Everywhere, Scope
from chassis.auth import Verifier
from chassis.peers import Peer

INLINE_COMPANIES: Final = 100
_KNOWN_SCOPES: Final = 256


class Scopes(Protocol):
    """Where a service finds the scope that a digest stands for. Raises Fault or InvalidToken."""

    async def find(self, digest: str) -> Scope: ...


def to_claims(actor: Actor) -> dict[str, Any]:
    """What the gateway signs; `scope` is written out for up to a hundred companies, else it is `{"hash": digest}`."""
    scope = actor.scope
    size = sum(len(held) for held in set(scope.permissions.values()) if not isinstance(held, Everywhere))
    return {
        "sub": str(actor.id),
        "kind": actor.kind.value,
        "name": actor.name,
        "locales": list(actor.locales),
        "scope": scope.to_claims() if size <= INLINE_COMPANIES else {"hash": scope.digest()},
    }


class Contexts:
    """Turns a context token into its actor. Raises InvalidToken."""

    def __init__(self, verifier: Verifier, scopes: Scopes) -> None:
        self._verifier = verifier
        self._scopes = scopes

    async def actor(self, token: str | None) -> Actor:
        claims = self._verifier.verify(token)
        return Actor(
            id=UUID(claims["sub"]),
            kind=ActorKind(claims["kind"]),
            name=claims["name"],
            locales=tuple(claims["locales"]),
            scope=await self._scope(claims["scope"]),
        )

    async def _scope(self, claim: Mapping[str, Any]) -> Scope:
        return await self._scopes.find(claim["hash"]) if "hash" in claim else Scope.from_claims(claim)


class RemoteScopes:
    """Asks `access`, and remembers the last few hundred: a digest never changes its meaning."""

    def __init__(self, access: Peer) -> None:
        self._access = access
        self._known: OrderedDict[str, Scope] = OrderedDict()

    async def find(self, digest: str) -> Scope:
        scope = self._known.get(digest)
        if scope is None:
            scope = Scope.from_claims(await self._access.ask("scopes", {"hash": digest}))
            self._known[digest] = scope
            if len(self._known) > _KNOWN_SCOPES:
                self._known.popitem(last=False)
        return scope
