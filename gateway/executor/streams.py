"""Subscribing at a subgraph, in the protocol graphql-transport-ws: one socket for each subscription.

The protocol is that of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from chassis.errors import Fault
from chassis.sockets import Socket, SocketClosed
from chassis.transport import Transport

Object = dict[str, Any]
_PROTOCOL: Final = "graphql-transport-ws"
_ID: Final = "1"
_PONG: Final = orjson.dumps({"type": "pong"}).decode()


class Event(NamedTuple):
    """What a subgraph tells once: an object with `data`, `errors` or both; `size` is that of its text."""

    answer: Object
    size: int


class SourceRefused(Exception):
    """The subgraph ended the subscription with errors of its own."""

    def __init__(self, service: str, errors: list[Object]) -> None:
        super().__init__(f"{service} refused the subscription")
        self.service = service
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Source:
    """Where and what to subscribe. `question` has `query`, and `variables` if there are any."""

    service: str
    url: str
    headers: Mapping[str, str]
    question: Mapping[str, Any]


async def events(transport: Transport, source: Source, seconds: float) -> AsyncGenerator[Event, None]:
    """Until the subgraph completes them. It has so many seconds to accept. Raises Fault and SourceRefused."""
    socket = await transport.connect(source.url, source.headers, protocol=_PROTOCOL, timeout=seconds)
    try:
        async with asyncio.timeout(seconds):
            await _begin(socket, source)
        while (event := await _next(socket, source)) is not None:
            yield event
    except TimeoutError as error:
        raise Fault(source.service, f"did not accept a subscription within {seconds:g} s") from error
    except SocketClosed as closed:
        raise Fault(source.service, f"has left a subscription: {closed}") from closed
    finally:
        with suppress(SocketClosed):
            await socket.send(_text("complete", id=_ID))
        await socket.close()


async def _begin(socket: Socket, source: Source) -> None:
    await socket.send(_text("connection_init"))
    while (await _read(socket, source))[0].get("type") != "connection_ack":
        pass
    await socket.send(_text("subscribe", id=_ID, payload=source.question))


async def _next(socket: Socket, source: Source) -> Event | None:
    """None at the end. What is neither an event nor an end is of no interest."""
    while True:
        message, size = await _read(socket, source)
        kind, payload = message.get("type"), message.get("payload")
        if kind == "next" and isinstance(payload, dict):
            return Event(payload, size)
        if kind == "error":
            given = payload if isinstance(payload, list) else []
            raise SourceRefused(source.service, [error for error in given if isinstance(error, dict)])
        if kind == "complete":
            return None


async def _read(socket: Socket, source: Source) -> tuple[Object, int]:
    """The next message that is not about whether somebody is there."""
    while True:
        text = await socket.receive()
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Fault(source.service, "tells events in something that is not JSON") from error
        if not isinstance(message, dict):
            raise Fault(source.service, "tells events in something that is not a message")
        if message.get("type") != "ping":
            return message, len(text)
        await socket.send(_PONG)


def _text(kind: str, **more: Any) -> str:
    return orjson.dumps({"type": kind, **more}).decode()
