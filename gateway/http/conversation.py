"""What is said over one connection: a greeting that shows who calls, and then operations until somebody leaves."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from chassis.errors import Fault
from gateway.http.call import JSON, BadRequest, Message
from gateway.http.doors import Door
from gateway.http.operations import Operations, stopped
from gateway.http.wire import CloseCode, Closing, Gone, Wire
from gateway.identity.grants import SignedOut

INIT_SECONDS: Final = 10.0
_MOST_ID: Final = 200
_WITH_ID: Final = frozenset({"subscribe", "complete"})


class Conversation:
    def __init__(self, door: Door, wire: Wire, headers: Mapping[str, str]) -> None:
        """`headers` are those of the handshake."""
        self._door = door
        self._wire = wire
        self._headers = {**headers, "content-type": JSON}
        self._operations = Operations(door, wire, self._hang_up)
        self._talk: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Returns when it is over, whoever ended it."""
        talk = self._talk = asyncio.create_task(self._converse())
        try:
            await asyncio.wait([talk])
        finally:
            await stopped(talk, *([self._ending] if self._ending else []))
            await self._operations.abandon()
        if not talk.cancelled():
            talk.result()

    def end(self) -> None:
        """No new operation; when those that run are over, the connection is closed."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        await self._operations.finish()
        await self._close(Closing(CloseCode.RESTART, "This gateway is ending; connect again."))
        self._hang_up()

    def _hang_up(self) -> None:
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
        await self._admit()
        await self._wire.say("connection_ack")

    async def _first(self) -> dict[str, Any]:
        while (message := await self._wire.read()).get("type") in {"ping", "pong"}:
            await self._take(message)
        return message

    async def _admit(self) -> None:
        try:
            await self._door.admit(self._message(None))
        except (SignedOut, BadRequest):
            raise Closing(CloseCode.FORBIDDEN, "Sign in, or send your API key as authorization.") from None
        except Fault:
            raise Closing(CloseCode.TRY_LATER, "Try again later.") from None

    async def _take(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "ping":
            await self._wire.say("pong")
        elif kind == "connection_init":
            raise Closing(CloseCode.TWICE, "Too many initialisation requests")
        elif kind in _WITH_ID:
            await self._operate(kind == "subscribe", message.get("id"), message.get("payload"))
        elif kind != "pong":
            raise Closing(CloseCode.BAD_MESSAGE, "A message has a type that the protocol knows.")

    async def _operate(self, begins: bool, name: Any, payload: Any) -> None:  # one of two messages
        if not isinstance(name, str) or not 0 < len(name) <= _MOST_ID:
            raise Closing(CloseCode.BAD_MESSAGE, f"An id is a text of 1 to {_MOST_ID} characters.")
        if not begins:
            await self._operations.stop(name)
        elif name in self._operations:
            raise Closing(CloseCode.ID_TAKEN, "Subscriber for this id already exists")
        else:
            await self._operations.start(name, self._message(payload))

    def _message(self, payload: Any) -> Message:
        return Message("POST", self._headers, b"", str(uuid4()), _nothing, payload)


async def _nothing() -> dict[str, Any]:
    return {"type": "http.disconnect"}


def _credential(payload: object) -> dict[str, str]:
    """What a page can send where it cannot set headers: `{"authorization": "Bearer ir_..."}`."""
    given = payload if isinstance(payload, dict) else {}
    found = [value for name, value in given.items() if name.lower() == "authorization" and isinstance(value, str)]
    return {"authorization": found[0]} if found else {}
