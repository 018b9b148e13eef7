"""A socket to an application of this same process; sockets.py says what sockets are."""

import asyncio
import contextlib
from collections.abc import MutableMapping
from typing import Any, Final, Self

from starlette.types import ASGIApp

from chassis.errors import Fault
from chassis.sockets import ABNORMAL, CLOSING_SECONDS, NORMAL, WAITING, SocketClosed

_INTERNAL_ERROR: Final = 1011


class InProcessSocket:
    """A WebSocket to an ASGI application of this process, without a network in between."""

    def __init__(self, application: ASGIApp, scope: MutableMapping[str, Any]) -> None:
        self._to_application: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_application: asyncio.Queue[str | SocketClosed] = asyncio.Queue()
        self._room = asyncio.Semaphore(WAITING)
        self._accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed: SocketClosed | None = None
        self._to_application.put_nowait({"type": "websocket.connect"})
        self._running = asyncio.ensure_future(application(scope, self._to_application.get, self._take))
        self._running.add_done_callback(self._ended)

    @classmethod
    async def open(cls, application: ASGIApp, scope: MutableMapping[str, Any], *, timeout: float) -> Self:
        """Raises Fault."""
        socket = cls(application, scope)
        try:
            async with asyncio.timeout(timeout):
                await asyncio.shield(socket._accepted)
        except (TimeoutError, SocketClosed) as error:
            await socket.close()
            reason = "no answer in time" if isinstance(error, TimeoutError) else error
            raise Fault(scope["server"][0], f"opens no socket: {reason}") from error
        return socket

    async def send(self, text: str) -> None:
        if self._closed is not None:
            raise self._closed
        await self._to_application.put({"type": "websocket.receive", "text": text})

    async def receive(self) -> str:
        got = await self._from_application.get()
        if isinstance(got, SocketClosed):
            self._from_application.put_nowait(got)  # for whoever asks again
            raise got
        self._room.release()
        return got

    async def close(self, code: int = NORMAL) -> None:
        self._end(SocketClosed(code, ""))
        self._to_application.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        await asyncio.wait([self._running], timeout=CLOSING_SECONDS)
        self._running.cancel()

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "websocket.accept":
            self._accepted.set_result(None)
        elif message["type"] == "websocket.close":
            self._end(SocketClosed(message.get("code", NORMAL), message.get("reason") or ""))
        elif message["type"] == "websocket.send" and self._closed is None:
            await self._room.acquire()
            self._put(message)

    def _put(self, message: MutableMapping[str, Any]) -> None:
        if self._closed is not None:
            self._room.release()  # the next who waits for room need not wait for a reader any more
            return
        text = message.get("text")
        self._from_application.put_nowait(message["bytes"].decode() if text is None else text)

    def _ended(self, running: asyncio.Future[None]) -> None:
        failed = not running.cancelled() and running.exception() is not None
        self._end(SocketClosed(_INTERNAL_ERROR if failed else ABNORMAL, ""))

    def _end(self, closed: SocketClosed) -> None:
        """The first end counts."""
        if self._closed is None:
            self._closed = closed
            self._from_application.put_nowait(closed)
            self._room.release()
        if not self._accepted.done():
            self._accepted.set_exception(closed)
            with contextlib.suppress(SocketClosed):
                self._accepted.exception()
