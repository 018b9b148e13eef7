"""Answers read piece by piece, over a socket and within the process: bounded, in order, ended by who leaves."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import Fault
from chassis.transport import HttpTransport, InProcessTransport, Transport

PIECE = b"x" * (256 << 10)
Open = Callable[[ASGIApp], Awaitable[tuple[Transport, str]]]


class Giver:
    """Answers as the path says; counts the pieces that it has made, and knows when it was ended."""

    def __init__(self) -> None:
        self.made = 0
        self.asked: Any = None
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked = (scope["path"], (await receive())["body"], dict(scope["headers"]).get(b"x-word"))
        try:
            async with asyncio.TaskGroup() as tasks:
                work = tasks.create_task(getattr(self, scope["path"].strip("/"))(send))
                leaving = tasks.create_task(_left(receive, work))
                await work
                leaving.cancel()
        finally:
            self.ended.set()

    async def give(self, send: Send, pieces: int = 3) -> None:
        headers = [(b"X-Colour", b"gr\xfcn")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(pieces):
            self.made += 1
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
        await send({"type": "http.response.body"})

    async def give_much(self, send: Send) -> None:
        await self.give(send, 10_000)

    async def refuse(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 409, "headers": []})
        await send({"type": "http.response.body", "body": b"no"})

    async def break_off(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("in the middle")

    async def stall(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        await asyncio.Event().wait()

    async def say_nothing(self, _: Send) -> None:
        await asyncio.Event().wait()


async def _left(receive: Receive, work: asyncio.Task[None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    work.cancel()


@pytest.fixture(params=["http", "in process"])
async def open_transport(request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    async with contextlib.AsyncExitStack() as stack:

        async def start(application: ASGIApp) -> tuple[Transport, str]:
            if request.param == "in process":
                return InProcessTransport({"giver": application}), "http://giver"
            listening = socket.create_server(("127.0.0.1", 0))
            config = uvicorn.Config(application, lifespan="off", log_config=None, http="httptools", ws="none")
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server._serve([listening]))
            transport = HttpTransport()

            async def end() -> None:
                server.should_exit = True
                await serving

            stack.push_async_callback(end)
            stack.push_async_callback(transport.close)
            return transport, f"http://127.0.0.1:{listening.getsockname()[1]}"

        yield start


@pytest.fixture
def giver() -> Giver:
    return Giver()


HEADERS = {"X-Word": "hello"}


async def test_an_answer_comes_in_pieces_behind_its_head(open_transport: Open, giver: Giver) -> None:
    transport, url = await open_transport(giver)

    async with transport.stream(f"{url}/give", b"what", HEADERS, timeout=5) as answer:
        got = b"".join([chunk async for chunk in answer.chunks])

    assert (answer.status, answer.headers["x-colour"], got) == (200, "grün", PIECE * 3)
    assert giver.asked == ("/give", b"what", b"hello")


async def test_a_refusal_is_an_answer_like_others(open_transport: Open, giver: Giver) -> None:
    transport, url = await open_transport(giver)

    async with transport.stream(f"{url}/refuse", b"", HEADERS, timeout=5) as answer:
        assert (answer.status, [chunk async for chunk in answer.chunks]) == (409, [b"no"])


async def test_no_more_is_made_than_is_taken_and_who_leaves_ends_the_work(open_transport: Open, giver: Giver) -> None:
    transport, url = await open_transport(giver)

    async with transport.stream(f"{url}/give_much", b"", HEADERS, timeout=5) as answer:
        await anext(answer.chunks)
        made = -1
        while made < giver.made:
            made = giver.made
            await asyncio.sleep(0.1)

    assert made < 100
    async with asyncio.timeout(5):
        await giver.ended.wait()
    assert giver.made <= made + 2


@pytest.mark.parametrize("path", ["break_off", "stall"])
async def test_what_does_not_come_whole_is_a_fault(open_transport: Open, giver: Giver, path: str) -> None:
    transport, url = await open_transport(giver)

    async with transport.stream(f"{url}/{path}", b"", HEADERS, timeout=0.3) as answer:
        assert await anext(answer.chunks) == b"half"
        with pytest.raises(Fault):
            await anext(answer.chunks)


async def test_no_answer_at_all_is_a_fault(open_transport: Open, giver: Giver) -> None:
    transport, url = await open_transport(giver)

    for address in (f"{url}/say_nothing", "http://nowhere.invalid/give"):
        with pytest.raises(Fault):
            async with transport.stream(address, b"", HEADERS, timeout=0.3):
                pass


async def test_what_its_reader_raises_stays_the_readers_own(open_transport: Open, giver: Giver) -> None:
    transport, url = await open_transport(giver)

    with pytest.raises(OSError, match="the reader's"):
        async with transport.stream(f"{url}/give_much", b"", HEADERS, timeout=5):
            raise OSError("the reader's")
    async with asyncio.timeout(5):
        await giver.ended.wait()
