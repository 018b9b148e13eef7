"""Answers as server-sent events, in the distinct connections mode of GraphQL over SSE.

The protocol is that of https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md: an event `next` for each
answer, and an event `complete` at the end.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from chassis.telemetry import REQUEST_ID_HEADER
from gateway.executor import Answer
from gateway.http.answer import with_request_id
from gateway.http.call import EVENT_STREAM, Call
from gateway.http.failures import failure
from gateway.http.metrics import DROPPED, STUCK, answered

QUIET_SECONDS: Final = 12.0
SEND_SECONDS: Final = 10.0
_QUIET: Final = b":\n\n"
_COMPLETE: Final = b"event: complete\ndata:\n\n"
_log = structlog.get_logger(__name__)


class EventStream:
    """An ASGI response. A comment every few seconds keeps proxies from closing a quiet stream.

    Who takes nothing for some seconds is cut off: what waits for it must not fill the memory of this process.
    """

    def __init__(self, call: Call, answers: AsyncGenerator[Answer, None]) -> None:
        self._call = call
        self._answers = answers

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait([telling, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            leaving.cancel()
            await asyncio.wait([telling, leaving])
        if not telling.cancelled():
            telling.result()

    async def _tell(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers()})
        async with aclosing(self._answers) as answers:
            try:
                async for text in self._texts(answers):
                    async with asyncio.timeout(SEND_SECONDS):
                        await send({"type": "http.response.body", "body": text, "more_body": True})
            except TimeoutError:
                _log.warning("listener_stuck")
                DROPPED.add(STUCK)
                return
        await send({"type": "http.response.body", "body": _COMPLETE})

    async def _texts(self, answers: AsyncGenerator[Answer, None]) -> AsyncIterator[bytes]:
        try:
            async for answer in _or_quiet(answers):
                yield _QUIET if answer is None else self._answer(answer)
        except Exception as error:  # noqa: BLE001  # the last defence, as at the endpoint
            errors = failure(error, self._call.request_id).errors
            if errors:
                yield self._next({"errors": errors})

    def _answer(self, answer: Answer) -> bytes:
        answered(self._call, answer)
        return self._next(answer.as_dict())

    def _next(self, told: dict[str, Any]) -> bytes:
        return b"event: next\ndata: " + orjson.dumps(with_request_id(told, self._call.request_id)) + b"\n\n"

    def _headers(self) -> list[tuple[bytes, bytes]]:
        told = {
            "content-type": f"{EVENT_STREAM}; charset=utf-8",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "x-accel-buffering": "no",  # for nginx, which would hold events back
            REQUEST_ID_HEADER: self._call.request_id,
        }
        return [(name.encode(), value.encode()) for name, value in told.items()]


async def _or_quiet(answers: AsyncGenerator[Answer, None]) -> AsyncIterator[Answer | None]:
    """The answers, and None whenever none came for a while."""
    while True:
        coming = asyncio.ensure_future(anext(answers))
        try:
            while not (await asyncio.wait([coming], timeout=QUIET_SECONDS))[0]:
                yield None
            answer = coming.result()
        except StopAsyncIteration:
            return
        finally:
            coming.cancel()
            await asyncio.wait([coming])
        yield answer


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
