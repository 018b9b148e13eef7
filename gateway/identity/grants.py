"""What a credential's owner may do: asked of access, remembered for seconds, dropped as soon as it changes."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.access import Actor, ActorKind, Scope
from chassis.errors import NotFound
from chassis.peers import Peer
from gateway.identity.credentials import Credential
from gateway.identity.oidc.bearer import BearerTokens
from gateway.identity.oidc.tokens import Refused

REMEMBERED_SECONDS: Final = 3.0
_REMEMBERED: Final = 10_000


class SignedOut(Exception):
    """The credential is unknown, expired or revoked."""


@dataclass(frozen=True, slots=True)
class _Grant:
    actor: Actor
    until: float


class Grants:
    """One question at a time per credential, however many requests wait for the answer. `clock` tells seconds.

    `bearers` verifies the tokens of issuers; `recheck` gets what access tells of a session whose provider is to be
    asked again.
    """

    def __init__(
        self,
        access: Peer,
        clock: Callable[[], float] = time.monotonic,
        *,
        bearers: BearerTokens | None = None,
        recheck: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        self._access = access
        self._bearers = bearers
        self._recheck = recheck
        self._clock = clock
        self._known: OrderedDict[str, _Grant] = OrderedDict()
        self._asking: dict[str, asyncio.Task[_Grant]] = {}
        self._changes = 0

    async def actor(self, credential: Credential) -> Actor:
        """Raises SignedOut, or Fault when access does not answer."""
        grant = self._known.get(credential.key)
        if grant is None or grant.until <= self._clock():
            grant = await self._ask_once(credential)
        return grant.actor

    def drop(self, users: Collection[UUID]) -> None:
        """Forgets what these users may do."""
        self._overtake()
        for key in [key for key, grant in self._known.items() if grant.actor.id in users]:
            del self._known[key]

    def drop_credential(self, credential: Credential) -> None:
        self._overtake()
        self._known.pop(credential.key, None)

    def _overtake(self) -> None:
        """Answers on their way may be from before the change: they serve those who wait already, and nobody else."""
        self._changes += 1
        self._asking.clear()

    async def _ask_once(self, credential: Credential) -> _Grant:
        task = self._asking.get(credential.key)
        if task is None:
            task = self._asking[credential.key] = asyncio.create_task(self._ask(credential))
            task.add_done_callback(lambda done: self._asked(credential.key, done))
        return await asyncio.shield(task)

    async def _ask(self, credential: Credential) -> _Grant:
        changes, asked_at = self._changes, self._clock()
        try:
            answer, seconds = await self._answer(credential)
        except (NotFound, Refused) as error:
            self._known.pop(credential.key, None)
            raise SignedOut from error
        if self._recheck is not None and "recheck" in answer:
            self._recheck(answer["recheck"])
        grant = _Grant(_actor(answer), asked_at + min(REMEMBERED_SECONDS, seconds))
        if changes == self._changes:
            self._remember(credential.key, grant)
        return grant

    async def _answer(self, credential: Credential) -> tuple[dict[str, Any], float]:
        """That of access, and how many seconds the credential holds yet. Raises NotFound, Refused and Fault."""
        if credential.token is None:
            return await self._access.ask("grants", dict(credential.question)), REMEMBERED_SECONDS
        if self._bearers is None:
            raise Refused("no issuer is trusted")
        bearer = await self._bearers.check(credential.token)
        return await self._access.ask("identity-grants", bearer.question), bearer.seconds

    def _asked(self, key: str, done: asyncio.Task[_Grant]) -> None:
        if self._asking.get(key) is done:
            del self._asking[key]
        if not done.cancelled():
            done.exception()

    def _remember(self, key: str, grant: _Grant) -> None:
        self._known[key] = grant
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _actor(answer: dict[str, Any]) -> Actor:
    told = answer["actor"]
    return Actor(
        id=UUID(told["id"]),
        kind=ActorKind(told["kind"]),
        name=told["name"],
        scope=Scope.from_claims(answer["scope"]),
        locales=(told["locale"],) if told.get("locale") else (),
        credential=UUID(answer["credential"]) if answer.get("credential") else None,
    )
