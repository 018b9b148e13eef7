"""An endpoint of chat completions on loopback that translates by a mark, or fails in any way it is told to."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web

Json = dict[str, Any]
Answer = Callable[[Json], Awaitable[web.StreamResponse]]  # takes the texts by id
KEY = "sk-of-the-test"


class FakeTranslator:
    """`answers` are taken one after the other; when there are none, every text comes back with ` (x)` behind it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: deque[Answer] = deque()
        self.requests: list[Json] = []

    @property
    def asked(self) -> list[dict[str, str]]:
        """The texts by id of each request."""
        return [texts_of(request) for request in self.requests]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return web.Response(status=401, text="who are you")
        told = await request.json()
        self.requests.append(told)
        answer = self.answers.popleft() if self.answers else marked
        if answer is CUT:
            return await _cut(request)
        return await answer(texts_of(told))


async def CUT(_: Json) -> web.StreamResponse:  # noqa: N802  # a mark: what it stands for needs the connection
    return web.Response()


async def _cut(request: web.Request) -> web.StreamResponse:
    """The beginning of an answer, and then the connection is gone."""
    response = web.StreamResponse(headers={"content-length": "500"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport is not None
    request.transport.close()
    return response


def texts_of(request: Json) -> dict[str, str]:
    return {each["id"]: each["text"] for each in orjson.loads(request["messages"][1]["content"])["texts"]}


def completion(content: str, finish: str = "stop") -> web.Response:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}
    body = {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 40}}
    return web.json_response(body)


def listed(texts: Mapping[str, str]) -> str:
    return orjson.dumps({"translations": [{"id": id, "text": text} for id, text in texts.items()]}).decode()


async def marked(texts: Json) -> web.StreamResponse:
    return completion(listed({id: f"{text} (x)" for id, text in texts.items()}))


def saying(change: Callable[[Json], Json]) -> Answer:
    """Answers with what `change` makes of the texts."""

    async def answer(texts: Json) -> web.StreamResponse:
        return completion(listed(change(texts)))

    return answer


def content(text: str, finish: str = "stop") -> Answer:
    async def answer(_: Json) -> web.StreamResponse:
        return completion(text, finish)

    return answer


def status(code: int, **headers: str) -> Answer:
    async def answer(_: Json) -> web.StreamResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, headers=sent, text="sent away")

    return answer


def waiting(until: asyncio.Event, begun: asyncio.Event) -> Answer:
    """Says that it has begun, and answers when it may."""

    async def answer(texts: Json) -> web.StreamResponse:
        begun.set()
        await until.wait()
        return await marked(texts)

    return answer


@asynccontextmanager
async def fake_translator() -> AsyncIterator[FakeTranslator]:
    application = web.Application()
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    made = FakeTranslator("")
    application.router.add_post("/v1/chat/completions", made.handle)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield made
    finally:
        await runner.cleanup()
