"""Many who listen to subscriptions of one gateway, by server-sent events, and when each event reached them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import aiohttp
import orjson

from benchmarks.system import System

_QUERY: Final = "subscription { incidentEvents { id type subject time company { id } } }"
_AT_ONCE: Final = 50
_PATIENCE_SECONDS: Final = 60.0
_QUIET_SECONDS: Final = 15.0


class Listening:
    """One subscription for each of `keys`; inside, all of them have begun."""

    def __init__(self, system: System, keys: Sequence[str]) -> None:
        self.delays: list[float] = []
        self.foreign = 0
        self._url = system.graph
        self._keys = keys
        self._companies: dict[str, str] = {}
        self._running: list[asyncio.Task[None]] = []
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(None)
        )

    async def __aenter__(self) -> Self:
        room, begun = asyncio.Semaphore(_AT_ONCE), [asyncio.Event() for _ in self._keys]
        self._running = [
            asyncio.create_task(self._listen(key, room, event)) for key, event in zip(self._keys, begun, strict=True)
        ]
        async with asyncio.timeout(_PATIENCE_SECONDS * 4):
            await asyncio.gather(*(event.wait() for event in begun))
        await asyncio.sleep(_QUIET_SECONDS)  # until the gateway has subscribed for the last of them
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._session.close()

    async def until(self, number: int) -> None:
        """Raises TimeoutError when so many do not come."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(self.delays) < number:  # noqa: ASYNC110  # counted by two thousand tasks
                await asyncio.sleep(0.1)

    async def _listen(self, key: str, room: asyncio.Semaphore, begun: asyncio.Event) -> None:
        headers = {"authorization": f"Bearer {key}", "accept": "text/event-stream"}
        await room.acquire()
        try:
            answer = await self._session.post(self._url, json={"query": _QUERY}, headers=headers)
            answer.raise_for_status()
        finally:
            room.release()
        begun.set()
        async for line in answer.content:
            if line.startswith(b"data: {"):
                self._note(key, orjson.loads(line[6:]))

    def _note(self, key: str, told: dict[str, dict[str, dict[str, str]]]) -> None:
        event = told["data"]["incidentEvents"]
        written = datetime.fromisoformat(event["time"])
        self.delays.append((datetime.now(UTC) - written).total_seconds() * 1000)
        company = event["company"]["id"]  # type: ignore[index]  # an object within
        self.foreign += self._companies.setdefault(key, company) != company
