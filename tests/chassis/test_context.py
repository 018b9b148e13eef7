"""From the gateway's token to the actor, and the scopes that travel as digests."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import orjson
import pytest

from chassis.access import EVERY_COMPANY, Actor, ActorKind, Scope
from chassis.auth import SUBGRAPHS, InvalidToken, Keyring, Signer, Verifier
from chassis.context import INLINE_COMPANIES, Contexts, RemoteScopes, to_claims
from chassis.errors import Fault
from chassis.identifiers import uuid7
from chassis.peers import Peer
from chassis.sockets import Socket
from chassis.transport import Response, Streamed
from tests.support.things import user

MakeSigner = Callable[[str], Signer]


class Access:
    """The transport to an `access` that knows some scopes; `answer` replaces what it says."""

    def __init__(self, *scopes: Scope) -> None:
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.answer: Response | Fault | None = None
        self._known = {scope.digest(): scope for scope in scopes}

    async def post(self, url: str, body: bytes, _: object, *, timeout: float) -> Response:
        assert (url, timeout) == ("http://access/internal/scopes", 5.0)
        digest = orjson.loads(body)["hash"]
        self.asked.append(digest)
        await self.gate.wait()
        if isinstance(self.answer, Fault):
            raise self.answer
        return self.answer or self._say(digest)

    def _say(self, digest: str) -> Response:
        known = self._known.get(digest)
        return Response(404, {}, b"") if known is None else Response(200, {}, orjson.dumps(known.to_claims()))

    async def connect(self, *_: object, **__: object) -> Socket:
        raise AssertionError("nobody opens sockets here")

    def stream(self, *_: object, **__: object) -> AbstractAsyncContextManager[Streamed]:
        raise AssertionError("nobody streams here")

    async def close(self) -> None:
        """Nothing is open."""


def big_scope() -> Scope:
    return Scope({"thing.view": frozenset(uuid7() for _ in range(INLINE_COMPANIES + 1)), "thing.add": EVERY_COMPANY})


@pytest.fixture
def contexts(keyring: Keyring, signer: MakeSigner) -> Callable[[Access], Contexts]:
    def make(access: Access) -> Contexts:
        peer = Peer("access", "http://access", access, signer("incidents"))
        return Contexts(Verifier(keyring, SUBGRAPHS, frozenset({"gateway"})), RemoteScopes(peer))

    return make


@pytest.fixture
def token(signer: MakeSigner) -> Callable[[Any], str]:
    def make(claims: Any) -> str:
        return signer("gateway").sign(SUBGRAPHS, to_claims(claims) if isinstance(claims, Actor) else claims)

    return make


MakeContexts = Callable[[Access], Contexts]
MakeToken = Callable[[Any], str]


async def test_an_actor_survives_the_journey(contexts: MakeContexts, token: MakeToken) -> None:
    one, other = uuid7(), uuid7()
    actor = user(view=frozenset({one, other}), add=frozenset({one}), delete=EVERY_COMPANY, edit=frozenset())
    assert await contexts(Access()).actor(token(actor)) == actor


async def test_up_to_a_hundred_companies_are_written_out(contexts: MakeContexts, token: MakeToken) -> None:
    access = Access()
    actor = user(view=frozenset(uuid7() for _ in range(INLINE_COMPANIES)))
    assert (await contexts(access).actor(token(actor))).scope == actor.scope
    assert access.asked == []


async def test_a_big_scope_travels_as_its_digest_and_is_asked_once(contexts: MakeContexts, token: MakeToken) -> None:
    scope = big_scope()
    access = Access(scope)
    actor = Actor(id=uuid7(), kind=ActorKind.USER, name="Kim", scope=scope, locales=("en",), credential=uuid7())
    subgraph = contexts(access)
    assert len(token(actor)) < 1000
    access.gate.clear()
    waiting = [asyncio.create_task(subgraph.actor(token(actor))) for _ in range(5)]
    await asyncio.sleep(0.01)
    access.gate.set()
    assert await asyncio.gather(*waiting) == [actor] * 5
    assert await subgraph.actor(token(actor)) == actor
    assert access.asked == [scope.digest()]


async def test_who_gives_up_waiting_for_a_scope_does_not_end_it_for_others(
    contexts: MakeContexts, token: MakeToken
) -> None:
    scope = big_scope()
    access, actor = Access(scope), Actor(id=uuid7(), kind=ActorKind.USER, name="Kim", scope=scope)
    subgraph = contexts(access)
    access.gate.clear()
    first, second = (asyncio.create_task(subgraph.actor(token(actor))) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.wait([first])
    access.gate.set()
    assert await second == actor
    assert first.cancelled()
    assert len(access.asked) == 1


async def test_an_unknown_digest_is_no_context(contexts: MakeContexts, token: MakeToken) -> None:
    actor = Actor(id=uuid7(), kind=ActorKind.USER, name="Kim", scope=big_scope())
    with pytest.raises(InvalidToken):
        await contexts(Access()).actor(token(actor))


@pytest.mark.parametrize(
    "answer",
    [
        Fault("access", "is away"),
        Response(403, {}, b""),
        Response(500, {}, b"Internal Server Error"),
        Response(200, {}, b"<html>"),
        Response(200, {}, b"[]"),
        Response(200, {}, b'{"sets": [], "permissions": {"thing.view": 0}}'),
        Response(200, {}, b'{"sets": [], "permissions": {"thing.view": "all"}}'),
    ],
    ids=["away", "403", "500", "no JSON", "no object", "no such set", "another scope"],
)
async def test_a_scope_that_cannot_be_had_is_a_fault_and_asked_again(
    answer: Response | Fault, contexts: MakeContexts, token: MakeToken
) -> None:
    scope = big_scope()
    access, actor = Access(scope), Actor(id=uuid7(), kind=ActorKind.USER, name="Kim", scope=scope)
    subgraph = contexts(access)
    access.answer = answer
    with pytest.raises(Fault) as caught:
        await subgraph.actor(token(actor))
    assert caught.value.service == "access"
    access.answer = None
    assert await subgraph.actor(token(actor)) == actor


async def test_the_memory_of_scopes_keeps_what_is_used(
    contexts: MakeContexts, token: MakeToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.context._KNOWN_SCOPES", 2)
    scopes = [big_scope() for _ in range(3)]
    actors = [Actor(id=uuid7(), kind=ActorKind.USER, name="Kim", scope=scope) for scope in scopes]
    access = Access(*scopes)
    subgraph = contexts(access)
    for number in (0, 1, 0, 2, 0):
        await subgraph.actor(token(actors[number]))
    assert access.asked == [scope.digest() for scope in scopes]


GOOD: dict[str, Any] = {
    "sub": str(UUID(int=7)),
    "kind": "user",
    "name": "Kim",
    "locales": [],
    "scope": {"sets": [[str(UUID(int=1))]], "permissions": {"thing.view": 0}},
}


def scoped(sets: Any, number: Any) -> dict[str, Any]:
    return GOOD | {"scope": {"sets": sets, "permissions": {"thing.view": number}}}


@pytest.mark.parametrize(
    "claims",
    [
        *({name: value for name, value in GOOD.items() if name != missing} for missing in GOOD),
        GOOD | {"kind": "system"},
        GOOD | {"kind": "root"},
        GOOD | {"sub": "me"},
        GOOD | {"scope": None},
        GOOD | {"scope": "all"},
        GOOD | {"scope": {}},
        GOOD | {"scope": {"hash": 7}},
        GOOD | {"scope": {"hash": ["all"]}},
        scoped([], 0),
        scoped([[str(UUID(int=1))]], 1),
        scoped([[str(UUID(int=1))]], -1),
        scoped([[str(UUID(int=1))]], False),  # noqa: FBT003  # as a number it would be 0
        scoped([[str(UUID(int=1))]], "ALL"),
        scoped([[str(UUID(int=1))]], "*"),
        scoped([["all"]], 0),
        scoped([[7]], 0),
        scoped("all", 0),
    ],
)
async def test_a_signed_context_that_is_misshapen_is_no_context(
    claims: dict[str, Any], contexts: MakeContexts, token: MakeToken
) -> None:
    with pytest.raises(InvalidToken):
        await contexts(Access()).actor(token(claims))


async def test_the_claims_it_is_compared_with_are_a_context(contexts: MakeContexts, token: MakeToken) -> None:
    actor = await contexts(Access()).actor(token(GOOD))
    assert actor.companies("thing.view") == frozenset({UUID(int=1)})
    assert actor.companies("thing.edit") == frozenset()


async def test_without_a_token_there_is_no_actor(contexts: MakeContexts) -> None:
    with pytest.raises(InvalidToken):
        await contexts(Access()).actor(None)


def test_equal_scopes_have_equal_digests_and_each_set_is_written_once() -> None:
    companies = frozenset(uuid7() for _ in range(3))
    one = Scope({"a": companies, "b": frozenset(companies), "c": EVERY_COMPANY})
    other = Scope({"c": EVERY_COMPANY, "b": companies, "a": companies})
    assert one.digest() == other.digest()
    assert one.to_claims() == {"sets": [sorted(map(str, companies))], "permissions": {"a": 0, "b": 0, "c": "all"}}
    assert Scope({"a": companies}).digest() != one.digest()
