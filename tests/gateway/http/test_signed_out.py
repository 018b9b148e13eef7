"""Who has not signed in gets one answer, whatever they ask, and nothing is done for them."""

import pytest
from starlette.types import Message

from tests.support.gateway_world import COOKIE, World

ASKED = [
    "{ size }",
    "{ __typename }",
    "{ __schema { types { name } } }",
    '{ __type(name: "Query") { name } }',
    'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }',
    "{ no such field }",
    "{ not even GraphQL",
]


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_nothing_is_answered_to_anybody(world: World, query: str, accept: str) -> None:
    answer = await world.ask(query, accept=accept)

    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json().keys() == {"errors"}
    assert world.sent == 0
    assert world.access.asked == []


async def test_the_answer_says_how_to_sign_in(world: World) -> None:
    message = (await world.ask("{ size }")).json()["errors"][0]["message"]

    assert "/auth/sign-in" in message
    assert "Authorization: Bearer" in message


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer ir_abc_unknown"},
        {"authorization": "Bearer nonsense"},
        {"authorization": "Bearer "},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer " + "x" * 10_000},
        {"authorization": "Bearer ir_ü_ü"},
        {"cookie": f"{COOKIE}=unknown"},
        {"cookie": f"{COOKIE}=;;;"},
    ],
)
async def test_a_broken_or_unknown_credential_is_as_good_as_none(world: World, headers: dict[str, str]) -> None:
    answer = await world.ask("{ size }", **headers)

    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert world.sent == 0


async def test_a_credential_that_has_expired_is_signed_out(world: World, key: str) -> None:
    world.access.grants.clear()

    assert (await world.ask("{ size }", key=key)).status == 401


async def test_a_context_of_ones_own_making_opens_nothing(world: World, key: str) -> None:
    await world.ask("{ size }", key=key)
    context = world.incidents.headers[0]["x-registry-context"]
    answer = await world.ask("{ size }", x_registry_context=context)

    assert answer.status == 401
    assert world.sent == 1


async def test_the_body_of_a_stranger_is_not_even_read(world: World) -> None:
    async def receive() -> Message:
        raise AssertionError("the body was read")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer ir_abc_unknown")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    await world.gateway.application(scope, receive, send)

    assert sent[0]["status"] == 401


async def test_an_access_that_does_not_answer_lets_nobody_in_and_says_so(world: World, key: str) -> None:
    del world.transport.applications["access"]
    answer = await world.ask("{ size }", key=key)

    assert (answer.status, answer.codes) == (503, ["SERVICE_UNAVAILABLE"])
    assert "access" in answer.json()["errors"][0]["message"]
    assert world.sent == 0


async def test_who_has_signed_in_may_look_at_the_schema(world: World, key: str) -> None:
    answer = await world.ask('{ __type(name: "Incident") { name } }', key=key)

    assert answer.json() == {"data": {"__type": {"name": "Incident"}}}
    assert world.sent == 0
