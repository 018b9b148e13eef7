"""A subgraph in memory that also tells events, in the protocol graphql-transport-ws, as often as a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, parse, subscribe

from tests.support.subgraphs import Object, Subgraph, plain_schema

_END = object()
Speak = Callable[[Callable[[], Awaitable[Any]], Callable[..., Awaitable[None]]], Awaitable[None]]


@dataclass
class Listener:
    """One subscription: how it was asked, and what it is still to be told. `gone` when its caller left."""

    headers: dict[str, str]
    question: Object
    waiting: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def events(self) -> AsyncIterator[Any]:
        while (event := await self.waiting.get()) is not _END:
            yield event

    def tell(self, **event: Any) -> None:
        """`published={"ref": "Article/0"}`: a value of the subscription's field, as in the table of the subgraph."""
        self.waiting.put_nowait(event)

    def complete(self) -> None:
        self.waiting.put_nowait(_END)


@dataclass
class Teller:
    """An ASGI application: the subgraph by HTTP, its subscriptions by WebSocket. `speak`, when set, does that instead.

    `speak` gets two functions: one that reads a message, one that sends one of a type with more in it.
    """

    subgraph: Subgraph
    speak: Speak | None = None
    listeners: list[Listener] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self._schema = plain_schema(self.subgraph.sdl)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self.subgraph(scope, receive, send)
            return

        async def read() -> Any:
            message = await receive()
            return orjson.loads(message["text"]) if message["type"] == "websocket.receive" else None

        async def say(kind: str, **more: Any) -> None:
            await send({"type": "websocket.send", "text": orjson.dumps({"type": kind, **more}).decode()})

        await receive()
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        await (self.speak(read, say) if self.speak else self._talk(scope, read, say))

    async def listener(self, number: int = 0) -> Listener:
        """The subscription that came as the so-manieth, as soon as it is there."""
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: len(self.listeners) > number)
        return self.listeners[number]

    async def _talk(self, scope: Any, read: Any, say: Any) -> None:
        assert (await read()) == {"type": "connection_init"}
        await say("ping")
        assert (await read()) == {"type": "pong"}
        await say("connection_ack")
        asked = await read()
        assert asked["type"] == "subscribe"
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        listener = Listener(headers, asked["payload"])
        self.listeners.append(listener)
        telling = asyncio.create_task(self._tell(listener, asked["id"], say))
        async with self.came:
            self.came.notify_all()
        while (message := await read()) is not None:
            assert message == {"type": "complete", "id": asked["id"]}
        listener.gone.set()
        telling.cancel()

    async def _tell(self, listener: Listener, number: str, say: Any) -> None:
        results = subscribe(
            self._schema,
            parse(listener.question["query"]),
            variable_values=listener.question.get("variables"),
            field_resolver=self.subgraph._resolve,
            subscribe_field_resolver=lambda *_, **__: listener.events(),
            type_resolver=lambda value, *_: value.get("__typename"),
        )
        results = await results if isinstance(results, Awaitable) else results
        if isinstance(results, ExecutionResult):
            errors = [error.formatted for error in results.errors or [GraphQLError("no")]]
            await say("error", id=number, payload=errors)
            return
        async for result in results:
            await say("next", id=number, payload=result.formatted)
        await say("complete", id=number)
