"""An answer of an ASGI application of this process, read piece by piece: it makes no piece before one was taken."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from starlette.types import ASGIApp, Scope

from chassis.http_connection import Broken
from chassis.http_stream import Streamed

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def streamed_here(application: ASGIApp, scope: Scope, body: bytes, seconds: float) -> AsyncIterator[Streamed]:
    """As `streamed` does it over the network; whoever leaves early ends the application's work. Raises likewise."""
    exchange = _Exchange(body)
    task = asyncio.create_task(exchange.run(application, scope))
    try:
        start = await exchange.message(seconds)
        if start["type"] != "http.response.start":
            raise Broken("closed the connection", heard=False)
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in start.get("headers", ())}
        yield Streamed(start["status"], headers, exchange.chunks(seconds))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Exchange:
    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._messages: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue(maxsize=1)

    async def run(self, application: ASGIApp, scope: Scope) -> None:
        """A bug of the application's is its own; its caller sees what the network would show."""
        try:
            await application(scope, self._receive, self._messages.put)
        except Exception as error:  # noqa: BLE001  # logged here, as nobody else sees it
            _log.error("application.failed", exc_info=error)
        await self._messages.put({"type": "gone"})

    async def message(self, seconds: float) -> MutableMapping[str, Any]:
        async with asyncio.timeout(seconds):
            return await self._messages.get()

    async def chunks(self, seconds: float) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self.message(seconds)
            if message["type"] != "http.response.body":
                raise Broken("broke its answer off", heard=True)
            if body := message.get("body", b""):
                yield bytes(body)
            more = message.get("more_body", False)

    async def _receive(self) -> dict[str, Any]:
        """The body; who goes away cancels the application instead of telling it."""
        body, self._body = self._body, None
        if body is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": body, "more_body": False}
