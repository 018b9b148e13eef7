"""Kept-alive connections to services, and requests written over them."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from chassis.http_connection import Broken, Connection, Response
from chassis.room import Room

_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_ADDRESSES_REMEMBERED = 1_000


class Bounds(NamedTuple):
    """Connections to one host at once, bytes of an answer, and seconds that an idle connection is trusted."""

    connections: int
    answer_bytes: int
    idle_seconds: float


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int


class Address(NamedTuple):
    """A URL taken apart: where to connect, and the first lines of every request to it."""

    origin: Origin
    head: str

    @classmethod
    def of(cls, url: str) -> "Address":
        """Raises ValueError for what is no address of a service."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("has no address of the form http://host or https://host")
        origin = Origin(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])
        host = parts.netloc.rpartition("@")[2]
        return cls(origin, f"POST {_target(parts)} HTTP/1.1\r\nhost: {host}\r\naccept-encoding: identity\r\n")


def _target(parts: SplitResult) -> str:
    query = f"?{quote(parts.query, safe=_PATH_SAFE + '?')}" if parts.query else ""
    return quote(parts.path or "/", safe=_PATH_SAFE) + query


class Pools:
    """The connections to every host."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._pools: dict[Origin, _Pool] = {}
        self._addresses: dict[str, Address] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Response:
        """Raises OSError, Broken or ValueError, and TimeoutError when so many seconds are over."""
        address = self._addresses.get(url) or self._remember(url)
        pool = self._pools.get(address.origin)
        if pool is None:
            pool = self._pools[address.origin] = _Pool(address.origin, self._bounds)
        return await pool.ask(written_request(address, body, headers), seconds)

    async def close(self) -> None:
        """Ends every connection; who waits for an answer gets Broken."""
        for pool in self._pools.values():
            await pool.close()

    def _remember(self, url: str) -> Address:
        if len(self._addresses) >= _ADDRESSES_REMEMBERED:
            self._addresses.clear()
        address = self._addresses[url] = Address.of(url)
        return address


def written_request(address: Address, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Raises ValueError for headers that would be several."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
        raise ValueError("is not sent headers with line breaks in them")
    return f"{address.head}content-length: {len(body)}\r\n{lines}\r\n".encode("latin-1") + body


class _Pool:
    """The connections to one host: at most `bounds.connections`, the one used last is taken first."""

    def __init__(self, origin: Origin, bounds: Bounds) -> None:
        self._origin = origin
        self._bounds = bounds
        self._loop = asyncio.get_running_loop()
        self._room = Room(bounds.connections)
        self._idle: list[tuple[Connection, float]] = []
        self._open: set[Connection] = set()
        self._secure: ssl.SSLContext | None = None

    async def ask(self, request: bytes, seconds: float) -> Response:
        """Raises OSError, Broken or TimeoutError. Nothing is sent twice: only the caller knows whether it may be."""
        end = self._loop.time() + seconds
        if not self._room.enter_now():
            await self._room.enter(end)
        try:
            connection = self._take() or await self._connect(end)
            answer = await connection.ask(request, end)
        except Broken as broken:
            if not broken.heard:
                self._drop_idle()
            raise
        finally:
            self._room.leave()
        if connection.usable:
            self._idle.append((connection, self._loop.time()))
        return answer

    async def close(self) -> None:
        gone = [connection.gone for connection in self._open]
        for connection in list(self._open):
            connection.close()
        await asyncio.gather(*gone)

    def _take(self) -> Connection | None:
        """The youngest idle connection that is still good."""
        oldest = self._loop.time() - self._bounds.idle_seconds
        while self._idle:
            connection, since = self._idle.pop()
            if connection.usable and since >= oldest:
                return connection
            connection.close()
        return None

    def _drop_idle(self) -> None:
        """The service has closed one, perhaps in a restart: whoever tries again shall not meet the next stale one."""
        for connection, _ in self._idle:
            connection.close()
        self._idle.clear()

    async def _connect(self, end: float) -> Connection:
        if self._secure is None and self._origin.scheme == "https":
            self._secure = ssl.create_default_context()
        async with asyncio.timeout_at(end):
            _, connection = await self._loop.create_connection(
                lambda: Connection(self._bounds.answer_bytes), self._origin.host, self._origin.port, ssl=self._secure
            )
        self._open.add(connection)
        connection.gone.add_done_callback(lambda _: self._open.discard(connection))
        return connection
