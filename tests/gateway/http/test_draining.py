"""Requests that run finish, and new ones are sent elsewhere while they do."""

import asyncio
from typing import Any

import orjson
import pytest
from starlette.types import Receive, Scope, Send

from gateway.http.draining import Draining
from tests.support.gateway_world import Reply, send

NO_TIME, LONG = 0.001, 60.0


class Slow:
    """Answers 200 when `may_answer` is set, except what asks for /quick."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        self.asked.set()
        if scope["path"] not in {"/quick", "/livez", "/readyz"}:
            await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


@pytest.fixture
def slow() -> Slow:
    return Slow()


async def begin(slow: Slow, seconds: float = LONG) -> tuple[Draining, "asyncio.Task[Reply]", "asyncio.Task[None]"]:
    """One request runs, and draining has begun."""
    draining = Draining(slow, seconds)
    running = asyncio.create_task(send(draining, "POST", "/graphql"))
    await slow.asked.wait()
    drained = asyncio.create_task(draining.drain())
    await asyncio.sleep(0)
    return draining, running, drained


async def test_a_running_request_finishes_and_then_it_is_drained(slow: Slow) -> None:
    _, running, drained = await begin(slow)
    assert not drained.done()

    slow.may_answer.set()

    assert (await running).body == b"done"
    await drained


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/graphql", {"errors": [{"message": "This gateway is ending; send the request again.",
                                  "extensions": {"code": "SERVICE_UNAVAILABLE"}}]}),
        ("/readyz", {"ready": False, "degraded": False, "checks": {"gateway": "is ending"}}),
    ],
)  # fmt: skip
async def test_new_requests_are_sent_elsewhere_while_it_drains(slow: Slow, path: str, told: dict[str, Any]) -> None:
    draining, running, drained = await begin(slow)

    answer = await send(draining, "POST", path)

    assert (answer.status, orjson.loads(answer.body)) == (503, told)
    assert (answer.headers["connection"], answer.headers["retry-after"]) == ("close", "1")
    assert not drained.done()
    slow.may_answer.set()
    await asyncio.gather(running, drained)


async def test_a_new_websocket_is_closed_while_it_drains(slow: Slow) -> None:
    draining, running, drained = await begin(slow)
    sent: list[Any] = []

    async def take(message: Any) -> None:
        sent.append(message)

    await draining({"type": "websocket", "path": "/graphql"}, asyncio.Future, take)

    assert sent == [{"type": "websocket.close", "code": 1012, "reason": "This gateway is ending."}]
    slow.may_answer.set()
    await asyncio.gather(running, drained)


async def test_it_is_alive_until_its_end(slow: Slow) -> None:
    draining, running, drained = await begin(slow)

    assert (await send(draining, "GET", "/livez")).status == 200
    assert not drained.done()
    slow.may_answer.set()
    await asyncio.gather(running, drained)


async def test_a_request_that_does_not_finish_is_not_waited_for_for_ever(slow: Slow) -> None:
    _, running, drained = await begin(slow, NO_TIME)

    await drained

    assert not running.done()
    slow.may_answer.set()
    await running


async def test_with_nothing_to_finish_it_ends_at_once(slow: Slow) -> None:
    draining = Draining(slow, LONG)
    await send(draining, "GET", "/quick")

    await asyncio.wait_for(draining.drain(), timeout=10)


async def test_a_request_that_fails_has_finished(slow: Slow) -> None:
    async def broken(_: Scope, __: Receive, ___: Send) -> None:
        raise RuntimeError("a bug")

    draining = Draining(broken, LONG)
    with pytest.raises(RuntimeError):
        await send(draining, "GET", "/quick")

    await asyncio.wait_for(draining.drain(), timeout=10)
