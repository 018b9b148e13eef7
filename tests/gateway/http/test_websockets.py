"""Many operations over one WebSocket, and what ends one, or all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.serving import new_server
from chassis.transport import HttpTransport
from gateway.executor.streams import Source, events
from gateway.http import conversation, following, operations, wire
from tests.support.gateway_world import COOKIE, FOREIGN, MINE, World, new_actor, open_world
from tests.support.sockets import Talk

WHOLE = "subscription { recordTold { id ... on Incident { title type { name } } } }"
BRIEF = "subscription { recordTold { id } }"
PHISHING = {"data": {"recordTold": {"id": "i0", "title": "Phishing", "type": {"name": "Fraud"}}}}
HOME = "http://127.0.0.1:8000"
Open = Callable[..., Talk]


@pytest.fixture
async def connect(world: World, key: str) -> AsyncIterator[Open]:
    talks: list[Talk] = []

    def connect(*, protocol: str = "graphql-transport-ws", **headers: str) -> Talk:
        talk = Talk(world.gateway.front, headers or {"authorization": f"Bearer {key}"}, protocol)
        talks.append(talk)
        return talk

    yield connect
    for talk in talks:
        talk.leave()
        await talk.over()


@pytest.fixture
async def talk(connect: Open) -> Talk:
    opened = connect()
    await opened.begin()
    return opened


def tell(listener: Any, number: int) -> None:
    listener.tell(recordTold={"ref": f"Incident/{number}"})


def codes(message: Any) -> list[str]:
    assert message["type"] == "error"
    return [error["extensions"]["code"] for error in message["payload"]]


async def test_several_operations_are_answered_each_under_its_id(world: World, talk: Talk) -> None:
    talk.ask("one", WHOLE)
    first = await world.teller.listener(0)
    talk.ask("two", BRIEF)
    second = await world.teller.listener(1)

    tell(second, 1)
    assert await talk.heard() == {"type": "next", "id": "two", "payload": {"data": {"recordTold": {"id": "i1"}}}}
    tell(first, 0)
    assert await talk.heard() == {"type": "next", "id": "one", "payload": PHISHING}
    second.complete()
    assert await talk.heard() == {"type": "complete", "id": "two"}
    first.complete()
    assert await talk.heard() == {"type": "complete", "id": "one"}


async def test_queries_and_mutations_are_answered_once(world: World, talk: Talk) -> None:
    talk.ask("q", "query Size ($x: Boolean!) { size @include(if: $x) }", variables={"x": True}, operationName="Size")
    assert [await talk.heard() for _ in range(2)] == [
        {"type": "next", "id": "q", "payload": {"data": {"size": 2}}},
        {"type": "complete", "id": "q"},
    ]

    talk.ask("m", 'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }')
    answered = await talk.heard()
    assert answered["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
    assert world.incidents.bodies[1:] == []


async def test_what_cannot_be_executed_is_an_error_of_its_id_alone(talk: Talk) -> None:
    refused = {
        "subscription { absent }": "GRAPHQL_VALIDATION_FAILED",
        "{": "GRAPHQL_PARSE_FAILED",
        "query ($x: Int!) { size }": "GRAPHQL_VALIDATION_FAILED",
    }
    for query, code in refused.items():
        talk.ask("1", query)
        message = await talk.heard()
        assert (codes(message)[0], message["id"]) == (code, "1")
        assert message["payload"][0]["extensions"]["requestId"]

    talk.say("subscribe", id="2", payload=None)
    assert codes(await talk.heard()) == ["BAD_REQUEST"]
    talk.ask("3", "{ size }")
    assert (await talk.heard())["type"] == "next"


async def test_who_completes_an_operation_hears_no_more_of_it(world: World, talk: Talk) -> None:
    talk.ask("1", BRIEF)
    listener = await world.teller.listener()

    talk.say("complete", id="1")
    talk.say("complete", id="never begun")

    async with asyncio.timeout(20):
        await listener.gone.wait()
    talk.ask("1", "{ size }")
    assert (await talk.heard())["payload"] == {"data": {"size": 2}}


async def test_who_leaves_is_forgotten_down_to_the_subgraph(world: World, talk: Talk) -> None:
    talk.ask("1", BRIEF)
    listener = await world.teller.listener()

    talk.leave()

    await talk.over()
    async with asyncio.timeout(20):
        await listener.gone.wait()
    assert len(world.gateway.door.listeners) == 0


async def test_who_takes_nothing_is_cut_off(world: World, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SEND_SECONDS", 0.02)
    talk.ask("1", BRIEF)
    listener = await world.teller.listener()
    talk.may_take.clear()

    with capture_logs() as logs:
        tell(listener, 0)
        await talk.over()

    assert {line["event"] for line in logs} == {"listener_stuck"}
    async with asyncio.timeout(20):
        await listener.gone.wait()


async def test_a_ping_is_answered_at_any_time(connect: Open) -> None:
    talk = connect()
    assert (await talk.got())["subprotocol"] == "graphql-transport-ws"
    for _ in range(2):
        talk.say("ping", payload={"x": 1})
        talk.say("pong")
        assert await talk.heard() == {"type": "pong"}
    talk.say("connection_init")
    assert await talk.heard() == {"type": "connection_ack"}
    talk.say("ping")
    assert await talk.heard() == {"type": "pong"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", 4400),
        ("[]", 4400),
        ('{"type": "start"}', 4400),
        ('{"type": "subscribe"}', 4400),
        ('{"type": "subscribe", "id": ""}', 4400),
        ('{"type": "complete", "id": 7}', 4400),
        ('{"type": "connection_init"}', 4429),
        ('{"type": "subscribe", "id": "taken", "payload": {"query": "{ size }"}}', 4409),
        (f'{{"type": "ping", "payload": "{"x" * 1_500_000}"}}', 1009),
    ],
)
async def test_what_breaks_the_protocol_closes_the_connection(world: World, talk: Talk, text: str, code: int) -> None:
    talk.ask("taken", BRIEF)
    listener = await world.teller.listener()

    talk.send(text)

    assert await talk.heard() == code
    async with asyncio.timeout(20):
        await listener.gone.wait()
    await talk.over()


async def test_who_asks_before_the_beginning_is_closed(connect: Open) -> None:
    talk = connect()
    await talk.got()
    talk.ask("1", "{ size }")

    assert await talk.heard() == 4401


async def test_who_does_not_begin_is_closed(connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "INIT_SECONDS", 0.02)
    talk = connect()
    await talk.got()

    assert await talk.heard() == 4408


async def test_another_protocol_is_not_spoken(connect: Open) -> None:
    talk = connect(protocol="graphql-ws")

    assert (await talk.got()).get("subprotocol") is None
    assert await talk.heard() == 4406


async def test_who_has_not_signed_in_is_closed(connect: Open) -> None:
    talk = connect(host="127.0.0.1:8000")
    await talk.got()
    talk.say("connection_init", payload={"authorization": "Bearer ir_x_unknown"})

    assert await talk.heard() == 4403


async def test_a_key_may_come_with_the_first_message(connect: Open, key: str) -> None:
    """Pages cannot set headers of WebSockets."""
    talk = connect(origin=HOME)
    await talk.begin({"Authorization": f"Bearer {key}"})
    talk.ask("1", "{ size }")

    assert (await talk.heard())["payload"] == {"data": {"size": 2}}


@pytest.mark.parametrize("origin", [HOME, "https://registry.example.org"])
async def test_a_page_of_ours_may_use_the_session(signing_keys: Path, origin: str) -> None:
    world = open_world(signing_keys, public_url="https://registry.example.org")
    world.access.lets_in("token-1", new_actor(incident_view=[MINE]))
    talk = Talk(world.gateway.front, {"cookie": f"{COOKIE}=token-1", "origin": origin})
    await talk.begin()
    talk.ask("1", "{ size }")

    assert (await talk.heard())["payload"] == {"data": {"size": 2}}
    talk.leave()
    await talk.over()


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "http://127.0.0.1:8001", ""])
async def test_pages_of_others_are_not_even_accepted(connect: Open, session: str, origin: str) -> None:
    talk = connect(cookie=f"{COOKIE}={session}", origin=origin)

    assert (await talk.got())["type"] == "websocket.close"


async def test_a_company_of_others_is_refused_before_any_subgraph_hears_of_it(world: World, talk: Talk) -> None:
    talk.ask("1", "subscription ($in: [ID!]) { incidentTold(companies: $in) { id } }", variables={"in": [str(FOREIGN)]})

    told = (await talk.heard())["payload"]
    assert (told["data"], told["errors"][0]["extensions"]["code"]) == ({"incidentTold": None}, "COMPANY_NOT_FOUND")
    assert (world.teller.listeners, world.sent) == ([], 0)


async def test_a_change_of_rights_is_an_error_of_the_subscription(
    world: World, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.01)
    talk.ask("1", BRIEF)
    await world.teller.listener()
    (known,) = world.gateway.grants._known.values()

    world.access.grants.clear()
    world.gateway.grants.drop([known.actor.id])

    assert codes(await talk.heard()) == ["UNAUTHENTICATED"]
    talk.ask("2", "{ size }")
    assert codes(await talk.heard()) == ["UNAUTHENTICATED"]


async def test_a_connection_has_so_many_operations_and_no_more(
    world: World, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST", 2)
    for name in ("1", "2", "3"):
        talk.ask(name, BRIEF)
    message = await talk.heard()

    assert (message["id"], codes(message)) == ("3", ["LIMIT_OPERATIONS"])


async def test_at_the_end_subscriptions_are_complete_and_connections_closed(
    world: World, talk: Talk, connect: Open
) -> None:
    idle = connect()
    await idle.begin()
    talk.ask("1", BRIEF)
    await world.teller.listener()

    world.gateway.end_listening()

    assert await talk.heard() == {"type": "complete", "id": "1"}
    assert await talk.heard() == 1012
    assert await idle.heard() == 1012
    await talk.over()
    await idle.over()


async def test_at_the_end_what_runs_is_answered_and_nothing_new_begun(world: World, talk: Talk) -> None:
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def slow(body: Any) -> tuple[int, bytes]:
        asked.set()
        await may_answer.wait()
        return 200, world.incidents.execute(body)

    world.incidents.answer = slow
    talk.ask("1", "{ size }")
    await asked.wait()
    world.gateway.end_listening()
    talk.ask("2", "{ size }")
    assert codes(await talk.heard()) == ["SERVICE_UNAVAILABLE"]

    may_answer.set()

    assert (await talk.heard())["payload"] == {"data": {"size": 2}}
    assert await talk.heard() == {"type": "complete", "id": "1"}
    assert await talk.heard() == 1012


async def test_over_a_network_a_gateway_can_listen_to_a_gateway(world: World, key: str, port: int) -> None:
    """Our client for subgraphs and our server for callers, each with a server and a library of its own."""
    ready = asyncio.Event()
    server = new_server(world.gateway.front, host="127.0.0.1", port=port, announce=ready.set)
    serving = asyncio.create_task(server.serve())
    await ready.wait()
    transport = HttpTransport()
    asked = Source("upstream", f"http://127.0.0.1:{port}/graphql", {"authorization": f"Bearer {key}"}, {"query": WHOLE})
    stream = events(transport, asked, 20)

    first = asyncio.ensure_future(anext(stream))
    tell(await world.teller.listener(), 0)

    assert (await first).answer == PHISHING
    await stream.aclose()
    async with asyncio.timeout(20):
        await (await world.teller.listener()).gone.wait()
    await transport.close()
    server.should_exit = True
    await serving
