"""Answers as server-sent events, in the distinct connections mode of GraphQL over SSE.

The protocol is that of https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md: an event `next` for each
answer, and an event `complete` at the end.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send

from gateway.executor import Answer
from gateway.http.answer import with_request_id
from gateway.http.call import Call
from gateway.http.failures import failure
from gateway.http.metrics import answered
from gateway.http.pushing import push

QUIET_SECONDS: Final = 12.0
_QUIET: Final = b":\n\n"
_COMPLETE: Final = b"event: complete\ndata:\n\n"


class EventStream:
    """An ASGI response. A comment every few seconds keeps proxies from closing a quiet stream."""

    def __init__(self, call: Call, answers: AsyncGenerator[Answer, None]) -> None:
        self._call = call
        self._answers = answers

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await push(self._texts(), self._call.request_id, receive, send)

    async def _texts(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._answers) as answers:
            try:
                async for answer in _or_quiet(answers):
                    yield _QUIET if answer is None else self._answer(answer)
            except Exception as error:  # noqa: BLE001  # the last defence, as at the endpoint
                errors = failure(error, self._call.request_id).errors
                if errors:
                    yield self._next({"errors": errors})
            yield _COMPLETE

    def _answer(self, answer: Answer) -> bytes:
        answered(self._call, answer)
        return self._next(answer.as_dict())

    def _next(self, told: dict[str, Any]) -> bytes:
        return b"event: next\ndata: " + orjson.dumps(with_request_id(told, self._call.request_id)) + b"\n\n"


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
