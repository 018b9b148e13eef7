"""`GET /events`: stretches of the feed one after another, each asked with the rights of that moment."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pydantic import BaseModel
from starlette.routing import Router

from chassis.auth import SUBGRAPHS, Keyring, Verifier
from chassis.caller_routes import CallerRoutes
from chassis.context import Contexts
from chassis.errors import Fault, Invalid
from chassis.graphql.context import GraphRequest
from gateway.http import feed
from gateway.identity import grants
from tests.support.gateway_world import COOKIE, MINE, World
from tests.support.sockets import Followed

COMPANY = str(uuid4())


class _Anything(BaseModel, extra="allow"):
    """A question as it comes."""


class Notifications:
    """Tells `events`, one in each answer; without any it waits a moment. `failing` is raised instead, once."""

    def __init__(self, world: World, keys: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        self.callers: list[Any] = []
        self.events: list[int] = []
        self.failing: list[Exception] = []
        verifier = Verifier(Keyring.read(keys / "public"), SUBGRAPHS)
        routes = CallerRoutes("notifications", Contexts(verifier, None))  # type: ignore[arg-type]  # scopes are small
        routes.on("feed", reads=_Anything, answer=self._answer)
        world.transport.applications["notifications"] = Router(routes.routes)

    async def _answer(self, request: GraphRequest, asked: _Anything) -> Any:
        self.asked.append(asked.model_dump())
        self.callers.append(request.actor)
        if self.failing:
            raise self.failing.pop(0)
        if not self.events:
            await asyncio.sleep(0.01)
            return {"events": [], "cursor": asked.model_dump().get("after") or "start", "more": False}
        number = self.events.pop(0)
        event = {"id": str(number), "type": "org.incidentregistry.incident.updated.v1"}
        return {"events": [{"cursor": f"c{number}", "event": event}], "cursor": f"c{number}", "more": bool(self.events)}


@pytest.fixture
def notifications(world: World, signing_keys: Path, monkeypatch: pytest.MonkeyPatch) -> Notifications:
    monkeypatch.setattr(feed, "_AGAIN_SECONDS", 0.01)
    return Notifications(world, signing_keys)


def with_key(key: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} | {name.replace("_", "-"): value for name, value in more.items()}


async def test_events_come_with_their_places(world: World, notifications: Notifications, key: str) -> None:
    notifications.events = [1, 2]
    stream = Followed(world.gateway.front, "/events", with_key(key))
    status, headers = await stream.begin()
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
    for number in (1, 2):
        told = await stream.told()
        assert (told["id"], told["event"]) == (f"c{number}", "incident.updated.v1")
        assert orjson.loads(told["data"])["id"] == str(number)
    assert await stream.event() == {"id": "c2"}
    assert [asked.get("after") for asked in notifications.asked[:3]] == [None, "c1", "c2"]
    assert "wait_seconds" not in notifications.asked[1]
    assert notifications.asked[2]["wait_seconds"] == feed.WAIT_SECONDS
    stream.leave()
    await stream.over()


async def test_the_last_event_id_goes_before_the_address(world: World, notifications: Notifications, key: str) -> None:
    path = f"/events?after=old&types=incident.updated.v1,incident.assigned.v1&companies={COMPANY}&first=7"
    stream = Followed(world.gateway.front, path, with_key(key, last_event_id="newer"))
    await stream.begin()
    assert notifications.asked[0] == {
        "after": "newer",
        "types": ["incident.updated.v1", "incident.assigned.v1"],
        "companies": [COMPANY],
        "first": 7,
    }
    stream.leave()
    await stream.over()


async def test_who_wants_no_stream_gets_one_stretch(world: World, notifications: Notifications, key: str) -> None:
    notifications.events = [5, 6]
    answer = await world.send("GET", "/events?since=2026-01-02T03:04:05Z", headers=with_key(key))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert (answer.json()["cursor"], answer.json()["more"]) == ("c5", True)
    assert notifications.asked[0]["since"].startswith("2026-01-02T03:04:05")


@pytest.mark.parametrize(
    ("query", "named"),
    [("since=abc", "since"), ("first=0", "first"), ("companies=x", "companies"), ("until=now", "until")],
)
async def test_what_the_address_asks_wrongly_is_named(
    world: World, notifications: Notifications, key: str, query: str, named: str
) -> None:
    answer = await world.send("GET", f"/events?{query}", headers=with_key(key, accept="text/event-stream"))
    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert answer.json()["errors"][0]["message"].startswith(named)
    assert notifications.asked == []


async def test_what_the_service_refuses_is_no_stream(world: World, notifications: Notifications, key: str) -> None:
    notifications.failing = [Invalid("after is no cursor of this feed.", field=("after",))]
    answer = await world.send("GET", "/events?after=x", headers=with_key(key, accept="text/event-stream"))
    assert (answer.status, answer.codes) == (400, ["INVALID"])


async def test_nobody_follows_without_signing_in(world: World, notifications: Notifications) -> None:
    for headers in ({}, with_key("ir_000000000000_0")):
        answer = await world.send("GET", "/events", headers=headers)
        assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert notifications.asked == []


async def test_a_page_of_another_site_gets_nothing_by_the_cookie(
    world: World, notifications: Notifications, session: str
) -> None:
    headers = {"cookie": f"{COOKIE}={session}", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
    answer = await world.send("GET", "/events", headers=headers)
    assert (answer.status, answer.codes) == (403, ["CROSS_SITE_REFUSED"])
    assert notifications.asked == []


async def test_a_service_that_is_away_is_waited_for(world: World, notifications: Notifications, key: str) -> None:
    stream = Followed(world.gateway.front, "/events", with_key(key))
    await stream.begin()
    assert await stream.event() == {"id": "start"}
    notifications.failing = [Fault("database", "is away")] * 2
    notifications.events = [9]
    assert (await stream.told())["id"] == "c9"
    stream.leave()
    await stream.over()


async def test_who_signs_out_is_told_so_and_nothing_more(
    world: World, notifications: Notifications, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "REMEMBERED_SECONDS", 0.0)
    stream = Followed(world.gateway.front, "/events", with_key(key))
    await stream.begin()
    world.access.grants.clear()
    told = await stream.told()
    assert (told["event"], orjson.loads(told["data"])["code"]) == ("end", "UNAUTHENTICATED")
    await stream.over()


async def test_each_stretch_is_asked_with_the_rights_of_its_moment(
    world: World, notifications: Notifications, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "REMEMBERED_SECONDS", 0.0)
    stream = Followed(world.gateway.front, "/events", with_key(key))
    await stream.begin()
    world.user(key, incident_view=[])
    async with asyncio.timeout(10):
        while notifications.callers[-1].may("incident.view", MINE):
            await stream.event()
    assert notifications.callers[0].may("incident.view", MINE)
    stream.leave()
    await stream.over()


async def test_a_gateway_that_ends_completes_its_streams(world: World, notifications: Notifications, key: str) -> None:
    notifications.events = [1]
    stream = Followed(world.gateway.front, "/events", with_key(key))
    await stream.begin()
    await stream.told()
    world.gateway.end_listening()
    await stream.over()
    late = await world.send("GET", "/events", headers=with_key(key, accept="text/event-stream"))
    assert (late.status, late.codes) == (503, ["SERVICE_UNAVAILABLE"])


async def test_one_caller_does_not_take_all_the_places(
    world: World, notifications: Notifications, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.gateway.followers, "_most_each", 1)
    stream = Followed(world.gateway.front, "/events", with_key(key))
    await stream.begin()
    second = await world.send("GET", "/events", headers=with_key(key, accept="text/event-stream"))
    assert (second.status, second.codes, second.headers["retry-after"]) == (429, ["LIMIT_LISTENERS"], "5")
    stream.leave()
    await stream.over()
    third = Followed(world.gateway.front, "/events", with_key(key))
    assert (await third.begin())[0] == 200
    third.leave()
    await third.over()
    assert notifications.asked
