"""Callers that listen: to an event stream, or over a WebSocket; of an ASGI application, without a network."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import ASGIApp

PATIENCE = 20.0


class _Caller:
    """Runs the application for one connection. While `may_take` is not set, it is not listened to."""

    def __init__(self, application: ASGIApp, scope: dict[str, Any], *first: dict[str, Any]) -> None:
        self._to: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.may_take = asyncio.Event()
        self.may_take.set()
        for message in first:
            self._to.put_nowait(message)
        self.running = asyncio.ensure_future(application(scope, self._to.get, self._take))

    async def _take(self, message: Any) -> None:
        await self.may_take.wait()
        self._from.put_nowait(message)

    async def got(self) -> dict[str, Any]:
        """The next ASGI message."""
        async with asyncio.timeout(PATIENCE):
            return await self._from.get()

    async def over(self) -> None:
        """Returns when the application has ended."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.shield(self.running)


def _scope(kind: str, headers: Mapping[str, str], **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8000", **headers}.items()],
        "client": ("192.0.2.7", 40_000),
        "server": ("127.0.0.1", 8000),
        **more,
    }


class Stream(_Caller):
    """A request for an event stream."""

    def __init__(self, application: ASGIApp, body: Any, headers: Mapping[str, str]) -> None:
        sent = {"content-type": "application/json", "accept": "text/event-stream", **headers}
        request = {"type": "http.request", "body": orjson.dumps(body), "more_body": False}
        super().__init__(application, _scope("http", sent, method="POST"), request)

    async def begin(self) -> tuple[int, dict[str, str]]:
        started = await self.got()
        headers = {name.decode(): value.decode() for name, value in started["headers"]}
        return started["status"], headers

    async def event(self) -> tuple[str, Any]:
        """The name of an event and its data; a comment is "" with its text."""
        text = (await self.got())["body"].decode()
        assert text.endswith("\n\n")
        if text.startswith(":"):
            return "", text[1:].strip()
        name, data = text.strip("\n").split("\n")
        given = data.removeprefix("data:").strip()
        return name.removeprefix("event: "), orjson.loads(given) if given else None

    def leave(self) -> None:
        self._to.put_nowait({"type": "http.disconnect"})


class Talk(_Caller):
    """A WebSocket."""

    def __init__(
        self, application: ASGIApp, headers: Mapping[str, str], protocol: str = "graphql-transport-ws"
    ) -> None:
        scope = _scope("websocket", headers, subprotocols=[protocol])
        super().__init__(application, scope, {"type": "websocket.connect"})

    async def begin(self, payload: Any = None) -> None:
        """Until the other side says that we may ask."""
        assert (await self.got())["type"] == "websocket.accept"
        self.say("connection_init", **({} if payload is None else {"payload": payload}))
        assert await self.heard() == {"type": "connection_ack"}

    def say(self, kind: str, **more: Any) -> None:
        self.send(orjson.dumps({"type": kind, **more}).decode())

    def send(self, text: str) -> None:
        self._to.put_nowait({"type": "websocket.receive", "text": text})

    def ask(self, name: str, query: str, **more: Any) -> None:
        self.say("subscribe", id=name, payload={"query": query, **more})

    async def heard(self) -> Any:
        """The next message, or the code with which the connection was closed."""
        got = await self.got()
        return orjson.loads(got["text"]) if got["type"] == "websocket.send" else got["code"]

    def leave(self) -> None:
        self._to.put_nowait({"type": "websocket.disconnect", "code": 1001})


class Followed(_Caller):
    """A GET for an event stream, such as `/events?types=...`."""

    def __init__(self, application: ASGIApp, path: str, headers: Mapping[str, str]) -> None:
        way, _, query = path.partition("?")
        asked = {"path": way, "raw_path": way.encode(), "query_string": query.encode(), "method": "GET"}
        scope = _scope("http", {"accept": "text/event-stream", **headers}) | asked
        super().__init__(application, scope, {"type": "http.request", "body": b"", "more_body": False})
        self._events: list[dict[str, str]] = []

    async def begin(self) -> tuple[int, dict[str, str]]:
        started = await self.got()
        headers = {name.decode(): value.decode() for name, value in started["headers"]}
        return started["status"], headers

    async def event(self) -> dict[str, str]:
        """The next event as its fields; one without `data` only tells how far the stream has come."""
        while not self._events:
            text = (await self.got())["body"].decode()
            blocks = [block for block in text.split("\n\n") if block]
            self._events += [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
        return self._events.pop(0)

    async def told(self) -> dict[str, str]:
        """The next event that has data."""
        while "data" not in (event := await self.event()):
            pass
        return event

    def leave(self) -> None:
        self._to.put_nowait({"type": "http.disconnect"})
