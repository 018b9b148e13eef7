"""One suite for both transports: a real server on loopback, and calls within the process."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import Fault
from chassis.transport import HttpTransport, InProcessTransport, Response, Transport

JSON = {"Content-Type": "application/json"}
Until = Callable[[Callable[[], bool]], Awaitable[None]]


@dataclass
class Echo:
    """An application that behaves as the path says."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    entered: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.entered += 1
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message.get("more_body", False):
                break
        self.asked.append({"scope": scope, "body": body, "headers": dict(scope["headers"])})
        await getattr(self, scope["path"].strip("/").replace(" ", "_"))(body, receive, send)

    async def echo(self, body: bytes, _: Receive, send: Send) -> None:
        await _answer(send, 200, body, [(b"X-Colour", b"gr\xfcn"), (b"content-type", b"application/json")])

    async def with_space(self, body: bytes, receive: Receive, send: Send) -> None:
        await self.echo(body, receive, send)

    async def refuse(self, _: bytes, __: Receive, send: Send) -> None:
        await _answer(send, 418, b"", [])

    async def pieces(self, _: bytes, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"one ", b"two ", b"three"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    async def raise_(self, _: bytes, __: Receive, ___: Send) -> None:
        raise RuntimeError("a bug with a secret in it")

    async def time_out_by_itself(self, _: bytes, __: Receive, ___: Send) -> None:
        raise TimeoutError

    async def answer_then_raise(self, body: bytes, receive: Receive, send: Send) -> None:
        await self.echo(body, receive, send)
        raise RuntimeError("after the answer")

    async def break_off(self, _: bytes, __: Receive, send: Send) -> None:
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("in the middle")

    async def say_nothing(self, _: bytes, __: Receive, ___: Send) -> None:
        """Returns without an answer."""

    async def wait(self, body: bytes, receive: Receive, send: Send) -> None:
        await self.gate.wait()
        await self.echo(body, receive, send)

    async def hear_the_end(self, _: bytes, receive: Receive, send: Send) -> None:
        listening = asyncio.create_task(_next_message(receive))
        await asyncio.sleep(0)
        assert not listening.done()
        await _answer(send, 200, b"said", [])
        assert (await listening)["type"] == "http.disconnect"


async def _next_message(receive: Receive) -> Any:
    return await receive()


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Wire:
    """A transport with an application behind an address."""

    transport: Transport
    serve: Callable[[ASGIApp], Awaitable[str]]
    nowhere: str

    async def post(self, url: str, body: bytes = b"{}", *, timeout: float = 20) -> Response:
        return await self.transport.post(url, body, JSON, timeout=timeout)


@contextlib.asynccontextmanager
async def over_http() -> AsyncIterator[Wire]:
    servers: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def serve(application: ASGIApp) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(application, lifespan="off", log_config=None, http="httptools", ws="none", loop="none")
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]  # signals are pytest's
        servers.append((server, asyncio.create_task(server.serve([listening]))))
        while not server.started:
            await asyncio.sleep(0.005)
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    transport = HttpTransport()
    try:
        with socket.create_server(("127.0.0.1", 0)) as unused:
            nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
        yield Wire(transport, serve, nowhere)
    finally:
        await transport.close()
        for server, task in servers:
            server.should_exit = True
            await task


@contextlib.asynccontextmanager
async def in_process() -> AsyncIterator[Wire]:
    applications: dict[str, ASGIApp] = {}

    async def serve(application: ASGIApp) -> str:
        applications["incidents"] = application
        return "http://incidents"

    yield Wire(InProcessTransport(applications), serve, "http://nowhere")


@pytest.fixture(params=[over_http, in_process], ids=["over HTTP", "in process"])
async def wire(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with request.param() as made:
        yield made


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def address(wire: Wire, echo: Echo) -> AsyncIterator[str]:
    yield await wire.serve(echo)
    echo.gate.set()


async def test_status_headers_and_body_come_back(wire: Wire, address: str) -> None:
    answer = await wire.post(f"{address}/echo", b'{"a": "\xc3\xa4"}')
    assert (answer.status, answer.body) == (200, b'{"a": "\xc3\xa4"}')
    assert answer.headers["content-type"] == "application/json"
    assert "X-Colour" not in answer.headers
    assert "x-colour" in answer.headers


async def test_the_application_sees_the_same_request(wire: Wire, address: str, echo: Echo) -> None:
    await wire.transport.post(f"{address}/with%20space?a=1&b=%C3%A4", b"12345", {"X-Request-Id": "r-1"}, timeout=20)
    (seen,) = echo.asked
    scope, headers = seen["scope"], seen["headers"]
    assert (scope["type"], scope["method"], scope["path"]) == ("http", "POST", "/with space")
    assert scope["query_string"] == b"a=1&b=%C3%A4"
    assert headers[b"x-request-id"] == b"r-1"
    assert headers[b"content-length"] == b"5"
    assert headers[b"host"].decode() == address.removeprefix("http://")
    assert seen["body"] == b"12345"


async def test_an_empty_refusal_is_an_answer(wire: Wire, address: str) -> None:
    answer = await wire.post(f"{address}/refuse")
    assert (answer.status, answer.body) == (418, b"")


async def test_pieces_are_put_together(wire: Wire, address: str) -> None:
    assert (await wire.post(f"{address}/pieces")).body == b"one two three"


async def test_a_large_body_goes_both_ways(wire: Wire, address: str) -> None:
    body = bytes(range(256)) * 8192
    assert (await wire.post(f"{address}/echo", body)).body == body


async def test_calls_run_side_by_side(wire: Wire, address: str, echo: Echo, until: Until) -> None:
    calls = [asyncio.create_task(wire.post(f"{address}/wait", str(number).encode())) for number in range(20)]
    await until(lambda: echo.entered == 20)
    echo.gate.set()
    assert [answer.body for answer in await asyncio.gather(*calls)] == [str(n).encode() for n in range(20)]


async def test_no_answer_in_time_is_a_fault(wire: Wire, address: str) -> None:
    with pytest.raises(Fault, match=r"no answer within 0\.05 s"):
        await wire.post(f"{address}/wait", timeout=0.05)


async def test_nobody_at_the_address_is_a_fault(wire: Wire) -> None:
    with pytest.raises(Fault) as caught:
        await wire.post(f"{wire.nowhere}/graphql")
    assert caught.value.service in wire.nowhere


@pytest.mark.parametrize("behaviour", ["raise_", "time_out_by_itself", "say_nothing"])
async def test_an_application_that_fails_before_its_answer_is_a_500_without_details(
    wire: Wire, address: str, behaviour: str
) -> None:
    answer = await wire.post(f"{address}/{behaviour}")
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_an_answer_that_is_complete_counts_whatever_follows(wire: Wire, address: str) -> None:
    assert (await wire.post(f"{address}/answer_then_raise", b"said")).body == b"said"


async def test_an_answer_that_breaks_off_is_a_fault(wire: Wire, address: str) -> None:
    with pytest.raises(Fault):
        await wire.post(f"{address}/break_off")


async def test_a_second_question_for_the_body_waits_for_the_end(wire: Wire, address: str) -> None:
    assert (await wire.post(f"{address}/hear_the_end")).body == b"said"


async def test_a_framework_application_answers_alike(wire: Wire) -> None:
    application = FastAPI()

    @application.post("/stream")
    async def stream() -> StreamingResponse:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"a"
            yield b"b"

        return StreamingResponse(pieces())

    @application.post("/away")
    async def away() -> RedirectResponse:
        return RedirectResponse("/stream")

    @application.post("/bug")
    async def bug(request: Request) -> None:
        raise RuntimeError(str(request.url))

    address = await wire.serve(application)
    assert (await wire.post(f"{address}/stream")).body == b"ab"
    redirection = await wire.post(f"{address}/away")
    assert (redirection.status, redirection.headers["location"]) == (307, "/stream")
    assert (await wire.post(f"{address}/absent")).status == 404
    failure = await wire.post(f"{address}/bug")
    assert (failure.status, failure.body) == (500, b"Internal Server Error")


async def test_giving_up_leaves_the_transport_usable(wire: Wire, address: str, echo: Echo, until: Until) -> None:
    call = asyncio.create_task(wire.post(f"{address}/wait"))
    await until(lambda: echo.entered == 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await wire.post(f"{address}/echo", b"on")).body == b"on"


async def test_closing_twice_is_no_mistake(wire: Wire) -> None:
    await wire.transport.close()
    await wire.transport.close()


async def test_a_closed_http_transport_refuses() -> None:
    transport = HttpTransport()
    with pytest.raises(Fault):
        await transport.post("http://127.0.0.1:9", b"", {}, timeout=1)
    await transport.close()
    with pytest.raises(Fault, match="ending"):
        await transport.post("http://127.0.0.1:9", b"", {}, timeout=1)


async def test_what_is_not_in_this_process_is_called_beyond_it() -> None:
    here, there = Echo(), Echo()
    beyond = InProcessTransport({"there": there, "both": there})
    transport = InProcessTransport({"here": here, "both": here}, beyond)

    for host in ("here", "there", "both"):
        assert (await transport.post(f"http://{host}/echo", b"x", JSON, timeout=5)).body == b"x"
    assert (len(here.asked), len(there.asked)) == (2, 1)
    with pytest.raises(Fault, match="nowhere"):
        await transport.post("http://nowhere/echo", b"x", JSON, timeout=5)


async def test_the_way_beyond_ends_with_the_transport() -> None:
    beyond = HttpTransport()
    await InProcessTransport({}, beyond).close()

    with pytest.raises(Fault, match="this process is ending"):
        await beyond.post("http://127.0.0.1:9/", b"", JSON, timeout=5)
