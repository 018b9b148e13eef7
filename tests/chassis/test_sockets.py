"""Sockets are the same over a network and in process."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import Fault
from chassis.sockets import Socket, SocketClosed
from chassis.transport import HttpTransport, InProcessTransport, Transport

PROTOCOL = "talk"
Talk = Callable[[Scope, Receive, Send], Awaitable[None]]
Open = Callable[[Talk], Awaitable[Socket]]


class Service:
    """Accepts, then talks as it is told; `scope` is how it was called, `closed` when its caller left."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.scope: Scope = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        await self.talk(scope, receive, send)


async def say(send: Send, text: str) -> None:
    await send({"type": "websocket.send", "text": text})


async def echo(_: Scope, receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        await say(send, f"heard {message['text']}")


@contextlib.asynccontextmanager
async def over_http() -> AsyncIterator[tuple[Transport, Callable[[ASGIApp], Awaitable[str]]]]:
    servers: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def serve(application: ASGIApp) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(application, lifespan="off", log_config=None, ws="websockets-sansio", loop="none")
        server = uvicorn.Server(config)
        servers.append((server, asyncio.create_task(server._serve([listening]))))
        return f"http://127.0.0.1:{listening.getsockname()[1]}/graphql"

    transport = HttpTransport()
    yield transport, serve
    await transport.close()
    for server, task in servers:
        server.should_exit = server.force_exit = True
        await task


@contextlib.asynccontextmanager
async def in_process() -> AsyncIterator[tuple[Transport, Callable[[ASGIApp], Awaitable[str]]]]:
    transport = InProcessTransport({})

    async def serve(application: ASGIApp) -> str:
        transport.applications["talker"] = application
        return "http://talker/graphql"

    yield transport, serve


Wire = tuple[Transport, Callable[[ASGIApp], Awaitable[str]]]


@pytest.fixture(params=[over_http, in_process], ids=["over HTTP", "in process"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with request.param() as made:
        yield made


async def opened(wire: Wire, talk: Talk, **headers: str) -> tuple[Socket, Service]:
    transport, serve = wire
    service = Service(talk)
    url = await serve(service)
    return await transport.connect(url, headers, protocol=PROTOCOL, timeout=20), service


async def test_text_goes_both_ways_in_order(wire: Wire) -> None:
    talker, _ = await opened(wire, echo)

    for word in ("one", "two", "д"):
        await talker.send(word)

    assert [await talker.receive() for _ in range(3)] == ["heard one", "heard two", "heard д"]
    await talker.close()


async def test_the_service_sees_path_headers_and_protocol(wire: Wire) -> None:
    talker, service = await opened(wire, echo, **{"x-registry-context": "signed"})

    assert service.scope["path"] == "/graphql"
    assert service.scope["subprotocols"] == [PROTOCOL]
    assert dict(service.scope["headers"])[b"x-registry-context"] == b"signed"
    await talker.close()


async def test_what_was_said_before_a_close_is_still_heard_and_then_the_close(wire: Wire) -> None:
    async def leave(_: Scope, __: Receive, send: Send) -> None:
        await say(send, "last words")
        await send({"type": "websocket.close", "code": 4400, "reason": "enough"})

    talker, _ = await opened(wire, leave)

    assert await talker.receive() == "last words"
    for _ in range(2):
        with pytest.raises(SocketClosed) as closed:
            await talker.receive()
        assert (closed.value.code, closed.value.reason) == (4400, "enough")
    with pytest.raises(SocketClosed):
        await talker.send("anybody?")
    await talker.close()


async def test_a_service_that_breaks_down_is_heard_as_a_close(wire: Wire) -> None:
    async def break_down(_: Scope, __: Receive, ___: Send) -> None:
        raise RuntimeError("on purpose")

    talker, _ = await opened(wire, break_down)

    with pytest.raises(SocketClosed) as closed:
        await talker.receive()
    assert closed.value.code in {1006, 1011}
    await talker.close()


async def test_the_service_hears_that_its_caller_has_left(wire: Wire) -> None:
    left = asyncio.Event()

    async def wait(_: Scope, receive: Receive, __: Send) -> None:
        assert (await receive())["type"] == "websocket.disconnect"
        left.set()

    talker, _ = await opened(wire, wait)

    await talker.close()

    async with asyncio.timeout(20):
        await left.wait()


async def test_who_is_not_read_has_to_wait(wire: Wire) -> None:
    said = 0

    async def chatter(_: Scope, __: Receive, send: Send) -> None:
        nonlocal said
        while True:
            await say(send, "x" * 100_000)
            said += 1
            await asyncio.sleep(0)  # within a process, talking to nobody waits for nothing

    talker, _ = await opened(wire, chatter)
    before = -1
    while before != said:
        before = said
        await asyncio.sleep(0.2)

    assert 0 < said < 500
    for _ in range(said):
        await talker.receive()
    await talker.close()


async def test_a_refused_socket_is_a_fault(wire: Wire) -> None:
    async def refuse(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.close", "code": 4403})

    transport, serve = wire
    url = await serve(refuse)

    with pytest.raises(Fault):
        await transport.connect(url, {}, protocol=PROTOCOL, timeout=20)


async def test_a_service_that_does_not_accept_in_time_is_a_fault(wire: Wire) -> None:
    async def hesitate(_: Scope, receive: Receive, __: Send) -> None:
        while (await receive())["type"] != "websocket.disconnect":
            pass

    transport, serve = wire
    url = await serve(hesitate)

    with pytest.raises(Fault):
        await transport.connect(url, {}, protocol=PROTOCOL, timeout=0.05)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/graphql", "ftp://127.0.0.1/graphql", "nonsense"])
async def test_an_address_with_nobody_there_is_a_fault(wire: Wire, url: str) -> None:
    with pytest.raises(Fault):
        await wire[0].connect(url, {}, protocol=PROTOCOL, timeout=20)


async def test_redirections_are_not_followed() -> None:
    """The signed context is meant for one service only."""
    visited = False

    async def elsewhere(_: Scope, __: Receive, ___: Send) -> None:
        nonlocal visited
        visited = True

    async def redirect(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = [(b"location", there.replace("http", "ws").encode())]
        await send({"type": "websocket.http.response.start", "status": 307, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})

    async with over_http() as (transport, serve):
        there = await serve(elsewhere)
        here = await serve(redirect)
        with pytest.raises(Fault):
            await transport.connect(here, {"x-registry-context": "signed"}, protocol=PROTOCOL, timeout=20)

    assert not visited


async def test_a_transport_that_was_closed_opens_nothing() -> None:
    transport: Any = HttpTransport()
    await transport.close()

    with pytest.raises(Fault, match="ending"):
        await transport.connect("http://127.0.0.1:1", {}, protocol=PROTOCOL, timeout=1)


async def test_sockets_to_what_is_not_in_this_process_are_opened_beyond_it() -> None:
    transport = InProcessTransport({}, InProcessTransport({"there": Service(echo)}))
    opened = await transport.connect("http://there/graphql", {}, protocol=PROTOCOL, timeout=20)

    await opened.send("hello")
    assert await opened.receive() == "heard hello"
    await opened.close()
