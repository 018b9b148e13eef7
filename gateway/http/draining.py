"""Ending without dropping anybody: running requests finish, new ones are sent elsewhere.

Between the signal to end and the end, the server still listens: so balancers see /readyz turn, and who comes too late
gets an answer that says to come again, and not a refused connection.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_UNAVAILABLE: Final = 503
_SERVICE_RESTART: Final = 1012
_LIVE: Final = "/livez"
_READY: Final = "/readyz"
_ANSWER: Final = {
    "errors": [
        {"message": "This gateway is ending; send the request again.", "extensions": {"code": "SERVICE_UNAVAILABLE"}}
    ]
}
_NOT_READY: Final = {"ready": False, "degraded": False, "checks": {"gateway": "is ending"}}


class Draining:
    """Wraps an application and counts the requests that run in it; they have `seconds` to finish.

    `begin` is called first: it ends what would not end by itself.
    """

    def __init__(self, application: ASGIApp, seconds: float, begin: Callable[[], None] = lambda: None) -> None:
        self._application = application
        self._seconds = seconds
        self._begin = begin
        self._running = 0
        self._ending = False
        self._idle = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._ending and scope["path"] != _LIVE:
            await _turn_away(scope, receive, send)
            return
        self._running += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def drain(self) -> None:
        """From now on nobody is let in; returns when nobody is left inside, or the time is over."""
        self._ending = True
        self._idle.clear()
        self._begin()
        if not self._running:
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._idle.wait()
        except TimeoutError:
            return


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _SERVICE_RESTART, "reason": "This gateway is ending."})
        return
    told = _NOT_READY if scope["path"] == _READY else _ANSWER
    headers = {"connection": "close", "retry-after": "1", "cache-control": "no-store"}
    answer = Response(orjson.dumps(told), _UNAVAILABLE, headers, "application/json")
    await answer(scope, receive, send)
