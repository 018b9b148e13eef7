"""Archives through the gateway: as they come, for who may have them, and cut off for who may not any more."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from starlette.types import Receive, Scope, Send

from chassis.errors import Fault
from gateway.http import bundles
from tests.support.gateway_world import COOKIE, MINE, Reply, World, new_actor, send

BUNDLE = "/files/incidents/00000000-0000-7000-8000-00000000000b/bundle"
ABSENT = {"code": "NOT_FOUND", "message": "The incident was not found, or not within your rights."}
PIECE = b"x" * 100_000


class Files:
    """Gives `pieces` one after another, each after a turn of `gate`; or refuses."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.refusal: tuple[int, Any] | None = None
        self.pieces = 3
        self.made = 0
        self.ended = 0
        self.gate: asyncio.Semaphore | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append((scope["path"], orjson.loads((await receive())["body"])))
        try:
            await self._answer(send)
        finally:
            self.ended += 1

    async def _answer(self, send: Send) -> None:
        status, told = self.refusal or (200, None)
        headers = [(b"content-type", b"application/zip"), (b"content-disposition", b"attachment; x")]
        await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"server", b"x")]})
        if told is not None:
            await send({"type": "http.response.body", "body": orjson.dumps(told)})
            return
        for _ in range(self.pieces):
            if self.gate is not None:
                await self.gate.acquire()
            self.made += 1
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        await send({"type": "http.response.body"})


@pytest.fixture
def files(world: World) -> Files:
    made = Files()
    world.transport.applications["files"] = made
    return made


async def until(judge: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not judge():
            await asyncio.sleep(0.005)


async def get(world: World, headers: dict[str, str], path: str = BUNDLE) -> Reply:
    return await world.send("GET", path, headers=headers)


def with_key(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def test_an_archive_comes_through_as_it_is(world: World, files: Files, key: str) -> None:
    answer = await get(world, with_key(key))

    assert (answer.status, answer.body) == (200, PIECE * 3)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == "attachment; x"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    assert files.asked == [("/bundles", {"incident_id": BUNDLE.split("/")[3]})]


async def test_what_is_no_id_is_as_absent_as_one_that_is_nobodys(world: World, files: Files, key: str) -> None:
    files.refusal = (404, ABSENT)
    headers = with_key(key) | {"x-request-id": "same"}

    absent, wrong = await get(world, headers), await get(world, headers, "/files/incidents/x/bundle")

    assert (absent.status, absent.json()["errors"][0]["message"]) == (404, ABSENT["message"])
    assert (absent.body, absent.headers) == (wrong.body, wrong.headers)
    assert files.ended == 1


async def test_only_who_is_signed_in_and_asks_from_here_gets_one(world: World, files: Files, session: str) -> None:
    assert (await get(world, {})).status == 401
    embedded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert (await get(world, {"cookie": f"{COOKIE}={session}"} | embedded)).status == 403
    assert files.asked == []
    assert (await get(world, {"cookie": f"{COOKIE}={session}"})).status == 200


@pytest.mark.parametrize("refusal", [(503, {}), (500, {}), (404, {}), (200, None)])
async def test_a_service_that_fails_is_told_as_such(
    world: World, files: Files, key: str, refusal: tuple[int, Any]
) -> None:
    files.refusal = refusal
    if refusal[0] == 200:
        del world.transport.applications["files"]

    assert (await get(world, with_key(key))).status == 503


async def test_no_caller_has_many_made_at_once(world: World, files: Files, key: str) -> None:
    files.gate = asyncio.Semaphore(0)
    running = [asyncio.create_task(get(world, with_key(key))) for _ in range(2)]
    await until(lambda: len(files.asked) == 2)

    refused = await get(world, with_key(key))
    other = asyncio.create_task(get(world, with_key(world.user(incident_view=[MINE]))))
    await until(lambda: len(files.asked) == 3)
    for _ in range(9):
        files.gate.release()

    assert (refused.status, refused.codes) == (429, ["TOO_MANY"])
    assert [answer.status for answer in await asyncio.gather(*running, other)] == [200] * 3
    files.gate = None
    assert (await get(world, with_key(key))).status == 200


@pytest.mark.parametrize("loses", ["rights", "session"])
async def test_who_loses_a_right_meanwhile_gets_no_more(
    world: World, files: Files, loses: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LOOK_AGAIN_SECONDS", 0.0)
    key, files.pieces, files.gate = "ir_abc_def", 1000, asyncio.Semaphore(1)
    actor = new_actor(incident_view=[MINE])
    world.access.lets_in(key, actor)
    getting = asyncio.create_task(get(world, with_key(key)))
    await until(lambda: files.made == 1)

    if loses == "rights":
        world.access.lets_in(key, new_actor(actor.id))
    else:
        world.access.grants.clear()
    world.gateway.grants.drop([actor.id])
    for _ in range(1000):
        files.gate.release()

    with pytest.raises(Fault, match=r"files: is not asked any more"):
        await getting
    assert files.made < 10
    assert files.ended == 1


async def test_rights_that_stay_change_nothing(
    world: World, files: Files, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LOOK_AGAIN_SECONDS", 0.0)
    files.pieces = 50

    assert (await get(world, with_key(key))).body == PIECE * 50


async def test_a_caller_who_goes_away_ends_the_work(world: World, files: Files, key: str) -> None:
    files.gate, files.pieces = asyncio.Semaphore(1), 1000
    getting = asyncio.create_task(send(world.gateway.front, "GET", BUNDLE, headers=with_key(key)))
    await until(lambda: files.made == 1)

    getting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await getting

    assert files.ended == 1
