"""The operations that run on one connection, each under an id that its caller gave."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, aclosing
from typing import Any, Final

from chassis.telemetry import TRACE_HEADER, request
from chassis.tracing import trace
from gateway.executor import Ended
from gateway.http.answer import with_request_id
from gateway.http.call import Call
from gateway.http.doors import Door
from gateway.http.failures import failure
from gateway.http.following import Following
from gateway.http.metrics import answered, not_executed
from gateway.http.wire import Gone, Wire

MOST: Final = 100
_FULL: Final = {
    "message": f"There are {MOST} operations on this connection, which is all it may have.",
    "extensions": {"code": "LIMIT_OPERATIONS"},
}
_ENDING: Final = {
    "message": "This gateway is ending; send the request again.",
    "extensions": {"code": "SERVICE_UNAVAILABLE"},
}


class Operations:
    """`gone` is called when an answer could not be delivered, because nobody is there."""

    def __init__(self, door: Door, wire: Wire, gone: Callable[[], None]) -> None:
        self._door = door
        self._wire = wire
        self._gone = gone
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ending = False

    def __contains__(self, name: str) -> bool:
        return name in self._running

    async def start(self, name: str, call: Call) -> None:
        """Answers it beside the others. Raises Gone."""
        if self._ending or len(self._running) >= MOST:
            await self._fail(name, call, [_ENDING if self._ending else _FULL])
            return
        task = self._running[name] = asyncio.create_task(self._run(name, call))
        task.add_done_callback(lambda done: self._over(name, done))

    async def stop(self, name: str) -> None:
        """Its caller wants no more of it."""
        task = self._running.get(name)
        if task is not None:
            await stopped(task)

    async def finish(self) -> None:
        """Nothing new is begun; returns when the last is answered."""
        self._ending = True
        if self._running:
            await asyncio.wait(list(self._running.values()))

    async def abandon(self) -> None:
        """Ends all, wherever they are."""
        await stopped(*self._running.values())

    async def _run(self, name: str, call: Call) -> None:
        with request(call.request_id):
            try:
                await self._answer(name, call)
            except Gone:
                self._gone()

    async def _answer(self, name: str, call: Call) -> None:
        try:
            with ExitStack() as span:
                span.enter_context(trace.served("graph", call.headers.get(TRACE_HEADER)))
                following = await self._door.listen(call)
                if following.kind == "subscription":
                    span.close()
                await self._tell(name, call, following)
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001  # the last defence, as at the endpoint
            told = failure(error, call.request_id)
            if not isinstance(error, Ended):
                not_executed(call, told.status)
            if told.errors:
                await self._fail(name, call, told.errors)
                return
        await self._wire.say("complete", id=name)

    async def _tell(self, name: str, call: Call, following: Following) -> None:
        async with aclosing(following.answers) as answers:
            async for answer in answers:
                answered(call, answer)
                payload = with_request_id(answer.as_dict(), call.request_id)
                await self._wire.say("next", id=name, payload=payload)

    async def _fail(self, name: str, call: Call, errors: list[dict[str, Any]]) -> None:
        told = with_request_id({"errors": errors}, call.request_id)
        await self._wire.say("error", id=name, payload=told["errors"])

    def _over(self, name: str, done: asyncio.Task[None]) -> None:
        if self._running.get(name) is done:
            del self._running[name]


async def stopped(*tasks: asyncio.Task[None]) -> None:
    """Cancels them, and returns when they have ended."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
