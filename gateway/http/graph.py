"""The graph's endpoint as a bare ASGI application: a framework's route would cost a third of a small request."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.telemetry import TRACE_HEADER, request
from chassis.tracing import trace
from gateway.http.answer import Answered, accepts, failed, media_type
from gateway.http.call import EVENT_STREAM, Call
from gateway.http.doors import Door
from gateway.http.event_stream import EventStream
from gateway.http.failures import failure
from gateway.http.metrics import answered, not_executed
from gateway.http.request import check_form

Page: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class GraphEndpoint:
    """`POST` and `GET` of GraphQL over HTTP, event streams, and whatever `socket` does with a WebSocket.

    A browser that asks for a page gets `page`.
    """

    def __init__(self, door: Door, page: Page, socket: ASGIApp) -> None:
        self._door = door
        self._page = page
        self._socket = socket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        call = Call.of(scope, receive)
        if _wants_page(call):
            await self._page(scope, receive, send)
            return
        with request(call.request_id):
            with trace.served("graph", call.headers.get(TRACE_HEADER)):
                response = await self._respond(call)
            await response(scope, receive, send)

    async def _respond(self, call: Call) -> ASGIApp:
        kind = media_type(call)
        try:
            check_form(call)
            if accepts(call, EVENT_STREAM):
                return await self._stream(call, kind)
            answer = await self._door.execute(call)
        except Exception as error:  # noqa: BLE001  # the last defence: a bug is masked for the caller, whole in the log
            told = failure(error, call.request_id)
            not_executed(call, told.status)
            return failed(call, told, kind)
        answered(call, answer)
        return Answered(call, answer, kind)

    async def _stream(self, call: Call, kind: str) -> ASGIApp:
        """Who takes plain answers as well gets one where there is only one."""
        following = await self._door.listen(call)
        if following.kind == "subscription" or kind == EVENT_STREAM:
            return EventStream(call, following.answers)
        answer = await anext(following.answers)
        answered(call, answer)
        return Answered(call, answer, kind)


def _wants_page(call: Call) -> bool:
    """Browsers name HTML and no JSON; a program that takes both is better served with JSON."""
    accepted = call.headers.get("accept", "").lower()
    return call.method == "GET" and "text/html" in accepted and "json" not in accepted
