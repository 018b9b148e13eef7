"""Pushing texts to a caller over one open answer, as server-sent events are, until they end or the caller leaves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import structlog
from starlette.types import Receive, Send

from chassis.closing import closing
from chassis.telemetry import REQUEST_ID_HEADER
from gateway.http.call import EVENT_STREAM
from gateway.http.metrics import DROPPED, STUCK

SEND_SECONDS: Final = 10.0
_log = structlog.get_logger(__name__)


async def push(texts: AsyncIterator[bytes], request_id: str, receive: Receive, send: Send) -> None:
    """Who takes nothing for some seconds is cut off: what waits for it must not fill the memory of this process."""
    telling = asyncio.create_task(_tell(texts, request_id, send))
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait([telling, leaving], return_when=asyncio.FIRST_COMPLETED)
    finally:
        telling.cancel()
        leaving.cancel()
        await asyncio.wait([telling, leaving])
    if not telling.cancelled():
        telling.result()


async def _tell(texts: AsyncIterator[bytes], request_id: str, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _headers(request_id)})
    async with closing(texts):
        try:
            async for text in texts:
                async with asyncio.timeout(SEND_SECONDS):
                    await send({"type": "http.response.body", "body": text, "more_body": True})
        except TimeoutError:
            _log.warning("listener_stuck")
            DROPPED.add(STUCK)
            return
    await send({"type": "http.response.body", "body": b""})


def _headers(request_id: str) -> list[tuple[bytes, bytes]]:
    told = {
        "content-type": f"{EVENT_STREAM}; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-accel-buffering": "no",  # for nginx, which would hold events back
        REQUEST_ID_HEADER: request_id,
    }
    return [(name.encode(), value.encode()) for name, value in told.items()]


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
