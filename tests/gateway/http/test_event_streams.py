"""Subscriptions by server-sent events, and what ends them."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

import chassis.auth
from gateway.executor import Ended
from gateway.http import event_stream, following, pushing
from gateway.identity import grants
from tests.support.gateway_world import ALSO_MINE, COOKIE, FOREIGN, HERE, MINE, World, new_actor, open_world
from tests.support.sockets import Stream

WHOLE = "subscription { recordTold { id ... on Incident { title type { name } } } }"
PHISHING = {"data": {"recordTold": {"id": "i0", "title": "Phishing", "type": {"name": "Fraud"}}}}
LAPTOP = {"data": {"recordTold": {"id": "i1", "title": "Lost laptop", "type": {"name": "Fraud"}}}}
Open = Callable[..., Stream]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are looked at all the time."""
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.01)


@pytest.fixture
def listen(world: World, key: str) -> Open:
    def listen(query: str = WHOLE, *, as_key: str | None = None, variables: Any = None, **headers: str) -> Stream:
        sent = {"authorization": f"Bearer {as_key or key}"} | {n.replace("_", "-"): v for n, v in headers.items()}
        return Stream(world.gateway.front, {"query": query, "variables": variables}, sent)

    return listen


def codes(told: Any) -> list[str]:
    return [error["extensions"]["code"] for error in told.get("errors", ())]


def tell(listener: Any, number: int) -> None:
    listener.tell(recordTold={"ref": f"Incident/{number}"})


async def test_each_event_is_told_whole_and_then_the_end(world: World, listen: Open) -> None:
    stream = listen()
    listener = await world.teller.listener()
    tell(listener, 0)
    tell(listener, 1)
    listener.complete()

    status, headers = await stream.begin()
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    assert [await stream.event() for _ in range(3)] == [("next", PHISHING), ("next", LAPTOP), ("complete", None)]
    await stream.over()


async def test_a_query_has_one_answer_and_then_the_end(listen: Open) -> None:
    stream = listen("{ size }")

    await stream.begin()
    assert [await stream.event() for _ in range(2)] == [("next", {"data": {"size": 2}}), ("complete", None)]


BOTH = [
    "application/json, text/event-stream",
    "text/event-stream, application/graphql-response+json",
    "*/*, text/event-stream;q=0.5",
]


@pytest.mark.parametrize("accept", BOTH)
async def test_who_takes_both_gets_streams_for_subscriptions_only(world: World, listen: Open, accept: str) -> None:
    plain, streamed = listen("{ size }", accept=accept), listen(accept=accept)
    (await world.teller.listener()).complete()

    assert "json" in (await plain.begin())[1]["content-type"]
    assert orjson.loads((await plain.got())["body"]) == {"data": {"size": 2}}
    assert "text/event-stream" in (await streamed.begin())[1]["content-type"]


async def test_a_subscription_without_a_stream_is_told_how_to_get_one(world: World, key: str) -> None:
    for accept in ("application/json", "application/graphql-response+json"):
        answer = await world.ask(WHOLE, key=key, accept=accept)

        assert (answer.status, answer.codes) == (406, ["STREAM_REQUIRED"])
    assert world.teller.listeners == []


async def test_a_stream_may_be_asked_by_get(world: World, key: str) -> None:
    headers = {"authorization": f"Bearer {key}", "accept": "text/event-stream"}
    query = "subscription{recordTold{id}}"
    asked = asyncio.create_task(world.send("GET", f"/graphql?query={query}", b"", headers))
    listener = await world.teller.listener()
    tell(listener, 0)
    listener.complete()

    assert b'event: next\ndata: {"data":{"recordTold":{"id":"i0"}}}\n\nevent: complete' in (await asked).body


@pytest.mark.parametrize(
    ("query", "headers", "status", "code"),
    [
        ("subscription { absent }", {}, 400, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", {}, 400, "GRAPHQL_PARSE_FAILED"),
        (WHOLE, {"authorization": "Bearer ir_x_unknown"}, 401, "UNAUTHENTICATED"),
    ],
)
async def test_what_is_refused_before_it_begins_is_no_stream(
    listen: Open, query: str, headers: dict[str, str], status: int, code: str
) -> None:
    stream = listen(query, **headers)

    assert (await stream.begin())[0] == status
    assert codes(orjson.loads((await stream.got())["body"])) == [code]


async def test_a_session_listens_too(world: World, session: str, key: str) -> None:
    stream = Stream(world.gateway.front, {"query": WHOLE}, {"cookie": f"{COOKIE}={session}"})
    tell(await world.teller.listener(), 0)

    await stream.begin()
    assert await stream.event() == ("next", PHISHING)


async def test_a_quiet_stream_is_kept_open(world: World, listen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "QUIET_SECONDS", 0.02)
    stream = listen()
    listener = await world.teller.listener()

    await stream.begin()
    assert [await stream.event() for _ in range(2)] == [("", "")] * 2
    tell(listener, 0)
    while (event := await stream.event()) == ("", ""):
        pass
    assert event == ("next", PHISHING)


async def test_who_leaves_is_forgotten_down_to_the_subgraph(world: World, listen: Open) -> None:
    stream = listen()
    listener = await world.teller.listener()

    stream.leave()

    await stream.over()
    async with asyncio.timeout(20):
        await listener.gone.wait()
    assert len(world.gateway.door.listeners) == 0


async def test_who_takes_nothing_is_cut_off(world: World, listen: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "SEND_SECONDS", 0.02)
    stream = listen()
    listener = await world.teller.listener()
    await stream.begin()
    stream.may_take.clear()

    with capture_logs() as logs:
        tell(listener, 0)
        await stream.over()

    assert [line["event"] for line in logs] == ["listener_stuck"]
    async with asyncio.timeout(20):
        await listener.gone.wait()


async def test_who_is_too_slow_is_told_so(world: World, listen: Open) -> None:
    stream = listen()
    listener = await world.teller.listener()
    await stream.begin()
    stream.may_take.clear()
    for _ in range(200):
        tell(listener, 0)
    async with asyncio.timeout(20):
        while listener.waiting.qsize():
            await asyncio.sleep(0.01)
    stream.may_take.set()

    told = [await stream.event()]
    while told[-1][0] != "complete":
        told.append(await stream.event())

    assert codes(told[-2][1]) == ["LISTENER_TOO_SLOW"]
    assert len(told) < 150


async def test_a_company_of_others_is_refused_before_any_subgraph_hears_of_it(world: World, listen: Open) -> None:
    query = "subscription ($in: [ID!]) { incidentTold(companies: $in) { title } }"

    stream = listen(query, variables={"in": [str(MINE), str(FOREIGN)]})

    await stream.begin()
    name, told = await stream.event()
    assert (name, told["data"], codes(told)) == ("next", {"incidentTold": None}, ["COMPANY_NOT_FOUND"])
    assert await stream.event() == ("complete", None)
    assert (world.teller.listeners, world.sent) == ([], 0)


async def test_the_subgraph_gets_the_signed_scope(world: World, listen: Open) -> None:
    stream = listen(
        "subscription ($in: [ID!]) { incidentTold(companies: $in) { title } }", variables={"in": [str(MINE)]}
    )
    listener = await world.teller.listener()

    assert listener.headers["x-registry-context"]
    assert listener.question["variables"] == {"in": [str(MINE)]}
    listener.complete()
    await stream.over()


async def test_a_field_without_permission_is_null_in_each_event_and_not_asked(world: World, listen: Open) -> None:
    stream = listen("subscription { recordTold { id ... on Incident { secret } } }")
    listener = await world.teller.listener()
    tell(listener, 0)
    tell(listener, 1)

    await stream.begin()
    for name in ("i0", "i1"):
        _, told = await stream.event()
        assert told["data"] == {"recordTold": {"id": name, "secret": None}}
        assert codes(told) == ["UNAUTHORIZED_FIELD_OR_TYPE"]
    assert "secret" not in listener.question["query"]


async def test_each_event_is_completed_with_a_context_signed_for_it(
    world: World, listen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one it began with is good for a minute only."""
    stream = listen()
    listener = await world.teller.listener()
    tell(listener, 0)
    await stream.begin()
    await stream.event()
    later = time.time() + 3600
    monkeypatch.setattr(world.gateway.door._door._contexts, "_clock", lambda: later)  # type: ignore[attr-defined]
    monkeypatch.setattr(chassis.auth, "time", SimpleNamespace(time=lambda: later))
    tell(listener, 1)
    await stream.event()

    first, second = (headers["x-registry-context"] for headers in world.directories.headers)
    assert first != second


@pytest.mark.parametrize("held", [{"incident_view": [MINE, ALSO_MINE]}, {"incident_view": []}, {}])
async def test_a_change_of_rights_ends_it_before_anything_more_is_told(world: World, held: dict[str, Any]) -> None:
    actor = new_actor(incident_view=[MINE])
    secret = "ir_" + "a" * 12 + "_" + "b" * 32
    world.access.lets_in(secret, actor)
    stream = Stream(world.gateway.front, {"query": WHOLE}, {"authorization": f"Bearer {secret}"})
    listener = await world.teller.listener()
    tell(listener, 0)
    await stream.begin()
    await stream.event()

    world.access.lets_in(secret, new_actor(id=actor.id, **held))
    world.gateway.grants.drop([actor.id])
    tell(listener, 1)

    name, told = await stream.event()
    assert (name, "data" in told, codes(told)) == ("next", False, ["RIGHTS_CHANGED"])
    assert await stream.event() == ("complete", None)
    async with asyncio.timeout(20):
        await listener.gone.wait()


async def test_the_end_of_a_session_ends_it_though_nothing_happens(
    world: World, listen: Open, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when nobody hears an event about it: the answer of access is old after a moment."""
    monkeypatch.setattr(grants, "REMEMBERED_SECONDS", 0.01)
    stream = listen()
    await world.teller.listener()
    await stream.begin()

    world.access.grants.clear()

    name, told = await stream.event()
    assert (name, codes(told)) == ("next", ["UNAUTHENTICATED"])
    await stream.over()


def test_a_change_of_rights_is_felt_within_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    assert grants.REMEMBERED_SECONDS + following.LOOK_SECONDS <= 5


async def test_while_nobody_knows_the_rights_events_wait(
    world: World, listen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "REMEMBERED_SECONDS", 0.0)
    monkeypatch.setattr(following, "_AGAIN_SECONDS", 0.01)
    stream = listen()
    listener = await world.teller.listener()
    await stream.begin()
    away = world.transport.applications.pop("access")
    tell(listener, 0)
    tell(listener, 1)
    await asyncio.sleep(0.1)
    assert stream._from.empty()

    world.transport.applications["access"] = away

    assert [await stream.event() for _ in range(2)] == [("next", PHISHING), ("next", LAPTOP)]


async def test_when_nobody_knows_them_for_too_long_it_ends(
    world: World, listen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "REMEMBERED_SECONDS", 0.0)
    monkeypatch.setattr(following, "_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(following, "_HOLD_SECONDS", 0.05)
    stream = listen()
    await world.teller.listener()
    await stream.begin()

    del world.transport.applications["access"]

    assert codes((await stream.event())[1]) == ["SERVICE_UNAVAILABLE"]


async def test_all_are_complete_when_the_gateway_ends(world: World, listen: Open) -> None:
    streams = [listen(), listen()]
    await world.teller.listener(1)

    world.gateway.end_listening()

    for stream in streams:
        await stream.begin()
        assert await stream.event() == ("complete", None)
        await stream.over()
    late = listen()
    await late.begin()
    assert await late.event() == ("complete", None)


async def test_a_new_supergraph_ends_what_began_with_the_old(signing_keys: Path, tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text((HERE / "supergraph.graphql").read_text())
    world = open_world(signing_keys, supergraph=file)
    stream = Stream(
        world.gateway.front, {"query": WHOLE}, {"authorization": f"Bearer {world.user(incident_view=[MINE])}"}
    )
    await world.teller.listener()
    aside = file.with_suffix(".new")
    aside.write_text(file.read_text() + "\n# changed\n")
    aside.replace(file)

    await world.gateway.door.reload_if_changed()

    await stream.begin()
    assert codes((await stream.event())[1]) == ["SCHEMA_CHANGED"]


async def test_nobody_takes_all_the_places(signing_keys: Path) -> None:
    world = open_world(signing_keys, limit_listeners=3, limit_listeners_per_caller=2)
    mine, theirs = world.user(incident_view=[MINE]), world.user(incident_view=[MINE])

    def listen(key: str) -> Stream:
        return Stream(world.gateway.front, {"query": WHOLE}, {"authorization": f"Bearer {key}"})

    first, second = listen(mine), listen(mine)
    await world.teller.listener(1)
    third = listen(mine)
    await third.begin()
    assert codes((await third.event())[1]) == ["LIMIT_LISTENERS"]

    other = listen(theirs)
    await world.teller.listener(2)
    full = listen(world.user(incident_view=[MINE]))
    await full.begin()
    assert codes((await full.event())[1]) == ["LIMIT_LISTENERS"]

    first.leave()
    await first.over()
    again = listen(mine)
    await world.teller.listener(3)
    world.gateway.door.listeners.end(Ended())
    for stream in (second, other, again):
        await stream.over()
