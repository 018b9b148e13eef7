"""How one deployable calls another: by HTTP, or in process without a socket.

Both ways answer the same `Response` for the same request; tests/chassis/test_transport.py holds them together.
"""

import asyncio
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from starlette.types import ASGIApp

from chassis.errors import Fault


@dataclass(frozen=True, slots=True)
class Response:
    """An answer read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Posts bytes to a service. Raises Fault when no answer comes within `timeout` seconds."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response: ...

    async def close(self) -> None: ...


class HttpTransport:
    """Over TCP with kept-alive connections, at most `connections` of them per host."""

    def __init__(self, *, connections: int = 100) -> None:
        self._connections = connections
        self._opened: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response:
        limit = aiohttp.ClientTimeout(total=timeout)
        try:
            async with self._session().post(url, data=body, headers=headers, timeout=limit) as answer:
                content = await answer.read()
                return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, content)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Fault(_host(url), str(error) or type(error).__name__) from error

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        """Made at the first call, because aiohttp wants a running event loop."""
        if self._opened is None:
            connector = aiohttp.TCPConnector(limit=0, limit_per_host=self._connections)
            self._opened = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        return self._opened


class InProcessTransport:
    """Calls ASGI applications of this same process, found by the host of the address (`http://incidents/graphql`).

    `applications` may be filled after construction, because services and their callers know one another.
    """

    def __init__(self, applications: MutableMapping[str, ASGIApp]) -> None:
        self.applications = applications

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response:
        host = _host(url)
        application = self.applications.get(host)
        if application is None:
            raise Fault(host, "is not part of this process")
        exchange = _Exchange(body)
        try:
            async with asyncio.timeout(timeout):
                await application(_scope(url, headers), exchange.receive, exchange.send)
        except TimeoutError as error:
            raise Fault(host, f"no answer within {timeout:g} s") from error
        return exchange.response()

    async def close(self) -> None:
        """Nothing is held open."""


class _Exchange:
    """One request and its answer, spoken in ASGI messages."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._status = 500
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in message.get("headers", ())}
        else:
            self._chunks.append(message.get("body", b""))

    def response(self) -> Response:
        return Response(self._status, self._headers, b"".join(self._chunks))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _scope(url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": parts.scheme,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname, parts.port or 80),
    }
