"""How one deployable calls another: by HTTP, or in process without a socket.

Both ways answer the same `Response` for the same request; tests/chassis/test_transport.py holds them together. An
application that raises before it answers is a 500 to its caller, and a Fault where it broke off in the middle.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import structlog
from starlette.types import ASGIApp

from chassis.closing import closing
from chassis.errors import Fault
from chassis.http_connection import Broken, Response
from chassis.http_pool import Bounds, Pools
from chassis.http_stream import Streamed, streamed
from chassis.in_process_socket import InProcessSocket
from chassis.in_process_stream import streamed_here
from chassis.sockets import Socket, WebSocket

__all__ = ["HttpTransport", "InProcessTransport", "Response", "Streamed", "Transport"]
_ENDING: Final = "is not called any more, this process is ending"
_log = structlog.get_logger(__name__)


class Transport(Protocol):
    """Posts bytes to a service. Raises Fault when no whole answer comes within `timeout` seconds.

    Redirections are answers like others; they are not followed.
    """

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response: ...

    async def connect(self, url: str, headers: Mapping[str, str], *, protocol: str, timeout: float) -> Socket:
        """A WebSocket that speaks `protocol`, at an HTTP address. Raises Fault."""
        ...

    def stream(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float
    ) -> AbstractAsyncContextManager[Streamed]:
        """Posts likewise, and gives the answer as it comes, no faster than it is taken.

        `timeout` holds for the head and for each piece. Who leaves early ends the work on the other side. Raises Fault,
        also while the pieces are taken.
        """
        ...

    async def close(self) -> None: ...


class HttpTransport:
    """Over TCP with kept-alive connections, at most `connections` of them per host; an answer has `largest` bytes.

    Nothing is sent twice. A connection that the service has closed in the meantime is not taken again; where it closes
    one just when a request is on its way, that is a Fault, and whoever knows the request as harmless may repeat it.
    """

    def __init__(self, *, connections: int = 100, largest: int = 64 << 20, idle_seconds: float = 15.0) -> None:
        self._pools = Pools(Bounds(connections, largest, idle_seconds))
        self._closed = False

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response:
        if self._closed:
            raise Fault(_host(url), _ENDING)
        with _faults(_host(url), timeout):
            return await self._pools.post(url, body, headers, timeout)

    async def connect(self, url: str, headers: Mapping[str, str], *, protocol: str, timeout: float) -> Socket:
        if self._closed:
            raise Fault(_host(url), _ENDING)
        return await WebSocket.open(url, headers, protocol=protocol, timeout=timeout)

    @asynccontextmanager
    async def stream(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float
    ) -> AsyncIterator[Streamed]:
        if self._closed:
            raise Fault(_host(url), _ENDING)
        async with _as_faults(_host(url), timeout, lambda: streamed(url, body, headers, timeout)) as answer:
            yield answer

    async def close(self) -> None:
        """Sockets and streams are closed by those who opened them."""
        self._closed = True
        await self._pools.close()


class InProcessTransport:
    """Calls ASGI applications of this same process, found by the host of the address (`http://incidents/graphql`).

    `applications` may be filled after construction, because services and their callers know one another. What is at
    other hosts is called through `beyond`, and closed with it.
    """

    def __init__(self, applications: MutableMapping[str, ASGIApp], beyond: Transport | None = None) -> None:
        self.applications = applications
        self._beyond = beyond

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response:
        host = _host(url)
        if self._beyond is not None and host not in self.applications:
            return await self._beyond.post(url, body, headers, timeout=timeout)
        application = self._application(host)
        exchange = _Exchange(body)
        limit = asyncio.timeout(timeout)
        try:
            async with limit:
                await application(_scope(url, body, headers), exchange.receive, exchange.send)
        except Exception as error:  # the application's bug is its own; its caller sees what the network would show
            if not limit.expired():
                _log.error("application.failed", service=host, exc_info=error)
            elif not exchange.complete.is_set():
                raise Fault(host, _late(timeout)) from error
        return exchange.response(host)

    async def connect(self, url: str, headers: Mapping[str, str], *, protocol: str, timeout: float) -> Socket:
        host = _host(url)
        if self._beyond is not None and host not in self.applications:
            return await self._beyond.connect(url, headers, protocol=protocol, timeout=timeout)
        application = self._application(host)
        scope = _scope(url, b"", headers) | {"type": "websocket", "scheme": "ws", "subprotocols": [protocol]}
        return await InProcessSocket.open(application, scope, timeout=timeout)

    @asynccontextmanager
    async def stream(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float
    ) -> AsyncIterator[Streamed]:
        host = _host(url)
        if self._beyond is not None and host not in self.applications:
            async with self._beyond.stream(url, body, headers, timeout=timeout) as answer:
                yield answer
            return
        application, scope = self._application(host), _scope(url, body, headers)
        async with _as_faults(host, timeout, lambda: streamed_here(application, scope, body, timeout)) as answer:
            yield answer

    async def close(self) -> None:
        """Nothing is held open in process."""
        if self._beyond is not None:
            await self._beyond.close()

    def _application(self, host: str) -> ASGIApp:
        application = self.applications.get(host)
        if application is None:
            raise Fault(host, "is not part of this process")
        return application


class _Exchange:
    """One request and its answer, spoken in ASGI messages."""

    def __init__(self, body: bytes) -> None:
        self.complete = asyncio.Event()
        self._body: bytes | None = body
        self._status: int | None = None
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []

    async def receive(self) -> dict[str, Any]:
        """The body; whoever asks again waits for the end of the exchange."""
        body, self._body = self._body, None
        if body is None:
            await self.complete.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in message.get("headers", ())}
        else:
            self._chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                self.complete.set()

    def response(self, host: str) -> Response:
        """What came; a 500 when nothing did. Raises Fault when it came in part."""
        if self._status is None:
            return Response(500, {"content-type": "text/plain; charset=utf-8"}, b"Internal Server Error")
        if not self.complete.is_set():
            raise Fault(host, "broke its answer off")
        return Response(self._status, self._headers, b"".join(self._chunks))


@asynccontextmanager
async def _as_faults(
    host: str, timeout: float, begin: Callable[[], AbstractAsyncContextManager[Streamed]]
) -> AsyncIterator[Streamed]:
    """What goes wrong on the way is a Fault of the service's; what its reader raises is the reader's own."""
    async with AsyncExitStack() as opened:
        with _faults(host, timeout):
            answer = await opened.enter_async_context(begin())
        yield Streamed(answer.status, answer.headers, _chunks(answer.chunks, host, timeout))


async def _chunks(chunks: AsyncIterator[bytes], host: str, timeout: float) -> AsyncIterator[bytes]:
    async with closing(chunks):
        while True:
            with _faults(host, timeout):
                try:
                    chunk = await anext(chunks)
                except StopAsyncIteration:
                    return
            yield chunk


@contextmanager
def _faults(host: str, timeout: float) -> Iterator[None]:
    """Raises Fault."""
    try:
        yield
    except TimeoutError as error:
        raise Fault(host, _late(timeout)) from error
    except Broken as broken:
        raise Fault(host, broken.reason) from broken
    except (OSError, ValueError) as error:
        raise Fault(host, str(error) or type(error).__name__) from error


def _late(timeout: float) -> str:
    return f"no answer within {timeout:g} s"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _scope(url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = urlsplit(url)
    sent = {"host": parts.netloc, "content-length": str(len(body))} | {k.lower(): v for k, v in headers.items()}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": parts.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in sent.items()],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname, parts.port or 80),
    }
