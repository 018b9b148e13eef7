"""Sockets to services: text both ways, over WebSocket or in process, and the same to whoever speaks through them.

A line that waits to be read is bounded on both ways: who sends faster than the other side reads has to wait.
"""

from collections.abc import Mapping
from typing import Final, Protocol, Self
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from chassis.errors import Fault

ABNORMAL: Final = 1006
NORMAL: Final = 1000
WAITING: Final = 16
_LARGEST: Final = 1 << 20
_PING_SECONDS: Final = 10.0
CLOSING_SECONDS: Final = 1.0
_SCHEMES: Final = {"http": "ws", "https": "wss"}


class SocketClosed(Exception):
    """The other side has closed the socket, or is gone (code 1006)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code} {reason}".rstrip())
        self.code = code
        self.reason = reason


class Socket(Protocol):
    """Whole messages of text. `send` and `receive` raise SocketClosed; `close` may be called at any time."""

    async def send(self, text: str) -> None: ...

    async def receive(self) -> str: ...

    async def close(self, code: int = NORMAL) -> None: ...


class WebSocket:
    """Over TCP, with a message of at most a mebibyte, and pings that find out when the other side is gone."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str, headers: Mapping[str, str], *, protocol: str, timeout: float) -> Self:
        """`url` has an HTTP scheme. Raises Fault."""
        parts = urlsplit(url)
        host = parts.hostname or url
        try:
            return cls(await _Direct(
                urlunsplit(parts._replace(scheme=_SCHEMES[parts.scheme])),
                subprotocols=[Subprotocol(protocol)],
                additional_headers=dict(headers),
                user_agent_header=None,
                compression=None,
                proxy=None,
                open_timeout=timeout,
                close_timeout=CLOSING_SECONDS,
                ping_interval=_PING_SECONDS,
                ping_timeout=_PING_SECONDS,
                max_size=_LARGEST,
                max_queue=WAITING,
            ))  # fmt: skip
        except (KeyError, OSError, ValueError, WebSocketException) as error:
            raise Fault(host, f"opens no socket: {error}") from error

    async def send(self, text: str) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed as closed:
            raise _closed(closed) from closed

    async def receive(self) -> str:
        try:
            return str(await self._connection.recv(decode=True))
        except ConnectionClosed as closed:
            raise _closed(closed) from closed

    async def close(self, code: int = NORMAL) -> None:
        await self._connection.close(code)


class _Direct(connect):
    """Redirections are not followed: the headers are for the one service that was named."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


def _closed(closed: ConnectionClosed) -> SocketClosed:
    told = closed.rcvd
    return SocketClosed(ABNORMAL, "") if told is None else SocketClosed(told.code, told.reason)
