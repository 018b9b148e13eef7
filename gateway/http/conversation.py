"""What is said over one connection: operations of one caller, many at a time, each under an id of the caller's."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final
from uuid import uuid4

from chassis.errors import Fault
from chassis.telemetry import request
from gateway.http.answer import with_request_id
from gateway.http.call import JSON, BadRequest, Call, Message
from gateway.http.doors import Door
from gateway.http.failures import failure
from gateway.http.wire import CloseCode, Closing, Gone, Wire
from gateway.identity.grants import SignedOut

INIT_SECONDS: Final = 10.0
MOST_OPERATIONS: Final = 100
_MOST_ID: Final = 200
_FULL: Final = {
    "message": f"There are {MOST_OPERATIONS} operations on this connection, which is all it may have.",
    "extensions": {"code": "LIMIT_OPERATIONS"},
}
_ENDING: Final = {
    "message": "This gateway is ending; send the request again.",
    "extensions": {"code": "SERVICE_UNAVAILABLE"},
}


class Conversation:
    def __init__(self, door: Door, wire: Wire, headers: Mapping[str, str]) -> None:
        """`headers` are those of the handshake."""
        self._door = door
        self._wire = wire
        self._headers = {**headers, "content-type": JSON}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ending: asyncio.Task[None] | None = None
        self._talk: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Returns when it is over, whoever ended it."""
        talk = self._talk = asyncio.create_task(self._converse())
        try:
            await asyncio.wait([talk])
        finally:
            await _stop([talk, *self._running.values(), *([self._ending] if self._ending else [])])
        if not talk.cancelled():
            talk.result()

    def end(self) -> None:
        """No new operation; when those that run are over, the connection is closed."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        if self._running:
            await asyncio.wait(list(self._running.values()))
        await self._close(Closing(CloseCode.RESTART, "This gateway is ending; connect again."))
        if self._talk is not None:
            self._talk.cancel()

    async def _converse(self) -> None:
        try:
            await self._greet()
            while True:
                await self._take(await self._wire.read())
        except Closing as closing:
            await self._close(closing)
        except Gone:
            return

    async def _close(self, closing: Closing) -> None:
        try:
            await self._wire.close(closing.code, closing.reason)
        except Gone:
            return

    async def _greet(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                first = await self._first()
        except TimeoutError:
            raise Closing(CloseCode.LATE, "Connection initialisation timeout") from None
        if first.get("type") != "connection_init":
            raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
        self._headers |= _credential(first.get("payload"))
        try:
            await self._door.admit(self._message(None))
        except (SignedOut, BadRequest):
            raise Closing(CloseCode.FORBIDDEN, "Sign in, or send your API key as authorization.") from None
        except Fault:
            raise Closing(CloseCode.TRY_LATER, "Try again later.") from None
        await self._wire.say("connection_ack")

    async def _first(self) -> dict[str, Any]:
        while (message := await self._wire.read()).get("type") in {"ping", "pong"}:
            await self._take(message)
        return message

    async def _take(self, message: dict[str, Any]) -> None:
        kind, name = message.get("type"), message.get("id")
        if kind == "ping":
            await self._wire.say("pong")
        elif kind == "connection_init":
            raise Closing(CloseCode.TWICE, "Too many initialisation requests")
        elif kind != "pong":
            if kind not in {"subscribe", "complete"} or not isinstance(name, str) or not 0 < len(name) <= _MOST_ID:
                raise Closing(
                    CloseCode.BAD_MESSAGE, "A message has a type of the protocol, and an id where it needs one."
                )
            await (self._subscribe(name, message.get("payload")) if kind == "subscribe" else self._complete(name))

    async def _subscribe(self, name: str, payload: Any) -> None:
        if name in self._running:
            raise Closing(
                CloseCode.ID_TAKEN, f"Subscriber for {name[:80]} already exists".encode()[:120].decode(errors="ignore")
            )
        if self._ending is not None or len(self._running) >= MOST_OPERATIONS:
            await self._wire.say("error", id=name, payload=[_FULL if self._ending is None else _ENDING])
            return
        task = self._running[name] = asyncio.create_task(self._operate(name, self._message(payload)))
        task.add_done_callback(lambda done: self._over(name, done))

    async def _complete(self, name: str) -> None:
        """The caller wants no more of it."""
        if name in self._running:
            await _stop([self._running[name]])

    async def _operate(self, name: str, call: Call) -> None:
        with request(call.request_id):
            try:
                await self._answer(name, call)
            except Gone:
                if self._talk is not None:
                    self._talk.cancel()

    async def _answer(self, name: str, call: Call) -> None:
        try:
            following = await self._door.listen(call)
            async with aclosing(following.answers) as answers:
                async for answer in answers:
                    await self._wire.say("next", id=name, payload=with_request_id(answer.as_dict(), call.request_id))
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001  # the last defence, as at the endpoint
            errors = with_request_id({"errors": failure(error, call.request_id).errors}, call.request_id)["errors"]
            if errors:
                await self._wire.say("error", id=name, payload=errors)
                return
        await self._wire.say("complete", id=name)

    def _message(self, payload: Any) -> Message:
        return Message("POST", self._headers, b"", str(uuid4()), _nothing, payload)

    def _over(self, name: str, done: asyncio.Task[None]) -> None:
        if self._running.get(name) is done:
            del self._running[name]


async def _nothing() -> dict[str, Any]:
    return {"type": "http.disconnect"}


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _credential(payload: object) -> dict[str, str]:
    """What a page can send where it cannot set headers: `{"authorization": "Bearer ir_..."}`."""
    given = payload if isinstance(payload, dict) else {}
    found = [value for name, value in given.items() if name.lower() == "authorization" and isinstance(value, str)]
    return {"authorization": found[0]} if found else {}
