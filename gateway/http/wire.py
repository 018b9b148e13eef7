"""The messages of graphql-transport-ws over an ASGI WebSocket, and its ends.

The protocol is that of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
"""

import asyncio
from enum import IntEnum
from typing import Any, Final

import orjson
import structlog
from starlette.types import Receive, Send

from gateway.http.metrics import DROPPED, STUCK

PROTOCOL: Final = "graphql-transport-ws"
SEND_SECONDS: Final = 10.0
_log = structlog.get_logger(__name__)


class CloseCode(IntEnum):
    """Those of the protocol, from 4400; those below are of WebSocket itself."""

    TOO_LARGE = 1009
    RESTART = 1012
    TRY_LATER = 1013
    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    BAD_PROTOCOL = 4406
    LATE = 4408
    ID_TAKEN = 4409
    TWICE = 4429


class Gone(Exception):
    """The other side has left, or takes nothing any more."""


class Closing(Exception):
    """The connection is to be closed, with a reason of at most 123 bytes."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Wire:
    """One open connection. A message that is not taken within some seconds is the last: nothing may pile up here."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        """What is read has at most so many characters."""
        self._most = most
        self._receive = receive
        self._send = send

    async def read(self) -> dict[str, Any]:
        """Raises Gone and Closing."""
        got = await self._receive()
        if got["type"] == "websocket.disconnect":
            raise Gone
        text = got.get("text") or ""
        if len(text) > self._most:
            raise Closing(CloseCode.TOO_LARGE, f"A message has at most {self._most} characters.")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            raise Closing(CloseCode.BAD_MESSAGE, "A message is one JSON object, sent as text.")
        return message

    async def say(self, kind: str, **more: Any) -> None:
        """Raises Gone."""
        text = orjson.dumps({"type": kind, **more}).decode()
        await self._put({"type": "websocket.send", "text": text})

    async def close(self, code: CloseCode, reason: str) -> None:
        """Raises Gone."""
        await self._put({"type": "websocket.close", "code": code.value, "reason": reason})

    async def _put(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(message)
        except TimeoutError as error:
            _log.warning("listener_stuck")
            DROPPED.add(STUCK)
            raise Gone from error
        except OSError as error:  # so servers tell that the connection was lost
            raise Gone from error
