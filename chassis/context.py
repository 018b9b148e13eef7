"""The signed context as an actor: what the gateway says of its caller, read back by a service.

A scope that lists many companies is not written out; it travels as its digest, and a service that does not know the
digest asks `access` for the scope once.
"""

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.access import Actor, ActorKind, Everywhere, Scope
from chassis.auth import InvalidToken, Verifier
from chassis.errors import Fault, NotFound
from chassis.peers import Peer

INLINE_COMPANIES: Final = 100
_KNOWN_SCOPES: Final = 256
_PERSONAL: Final = {kind.value: kind for kind in ActorKind if kind is not ActorKind.SYSTEM}
_MISSHAPEN: Final = (LookupError, TypeError, ValueError, AttributeError)


class Scopes(Protocol):
    """Where a service finds the scope that a digest stands for. Raises Fault or InvalidToken."""

    async def find(self, digest: str) -> Scope: ...


def to_claims(actor: Actor) -> dict[str, Any]:
    """What the gateway signs; `scope` is written out for up to a hundred companies, else it is `{"hash": digest}`."""
    scope = actor.scope
    shown = {} if actor.credential is None else {"credential": str(actor.credential)}
    size = sum(len(held) for held in set(scope.permissions.values()) if not isinstance(held, Everywhere))
    return {
        "sub": str(actor.id),
        "kind": actor.kind.value,
        "name": actor.name,
        "locales": list(actor.locales),
        **shown,
        "scope": scope.to_claims() if size <= INLINE_COMPANIES else {"hash": scope.digest()},
    }


class Contexts:
    """Turns a context token into its actor. Raises InvalidToken."""

    def __init__(self, verifier: Verifier, scopes: Scopes) -> None:
        self._verifier = verifier
        self._scopes = scopes

    async def actor(self, token: str | None) -> Actor:
        claims = self._verifier.verify(token)
        try:
            digest = _digest(claims["scope"])
            actor = Actor(
                id=UUID(claims["sub"]),
                kind=_PERSONAL[claims["kind"]],
                name=claims["name"],
                locales=tuple(claims["locales"]),
                credential=UUID(claims["credential"]) if "credential" in claims else None,
                scope=Scope({}) if digest else Scope.from_claims(claims["scope"]),
            )
        except _MISSHAPEN as error:
            raise InvalidToken from error
        return replace(actor, scope=await self._scopes.find(digest)) if digest else actor


def _digest(claim: dict[str, Any]) -> str | None:
    named = claim.get("hash")
    return named if isinstance(named, str) else None


class RemoteScopes:
    """Asks `access`, and remembers the last few hundred: a digest never changes its meaning.

    Requests that need the same scope at the same time wait for one question.
    """

    def __init__(self, access: Peer) -> None:
        self._access = access
        self._known: OrderedDict[str, Scope] = OrderedDict()
        self._asked: dict[str, asyncio.Task[Scope]] = {}

    async def find(self, digest: str) -> Scope:
        """Raises InvalidToken for a digest that `access` does not know, Fault when it does not answer."""
        if digest in self._known:
            self._known.move_to_end(digest)
            return self._known[digest]
        if digest not in self._asked:
            self._asked[digest] = asyncio.create_task(self._ask(digest))
            self._asked[digest].add_done_callback(lambda task: self._settle(digest, task))
        return await asyncio.shield(self._asked[digest])  # who gives up waiting does not end it for the others

    async def _ask(self, digest: str) -> Scope:
        try:
            scope = Scope.from_claims(await self._access.ask("scopes", {"hash": digest}))
        except NotFound as error:
            raise InvalidToken from error
        except _MISSHAPEN as error:
            raise Fault(self._access.name, "answered with no scope") from error
        if scope.digest() != digest:
            raise Fault(self._access.name, "answered with another scope than the one asked for")
        return scope

    def _settle(self, digest: str, task: "asyncio.Task[Scope]") -> None:
        del self._asked[digest]
        if not task.cancelled() and task.exception() is None:
            self._known[digest] = task.result()
            if len(self._known) > _KNOWN_SCOPES:
                self._known.popitem(last=False)
