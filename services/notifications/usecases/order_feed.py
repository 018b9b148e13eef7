"""Giving what has arrived its place in the feed, and dropping what is older than it is kept."""

import asyncio
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.persistence.arrivals import keep_days, order_arrivals

_IDLE_SECONDS: Final = 1.0  # whoever brings something wakes it
_TAKING_TURNS_SECONDS: Final = 0.005
_DAYS_SECONDS: Final = 3600.0
_log = structlog.get_logger(__name__)


class FeedOrder:
    """Runs until cancelled; `wake` tells it of what was committed in this process."""

    def __init__(self, engine: AsyncEngine, *, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._engine = engine
        self._idle_seconds = idle_seconds
        self._awake = asyncio.Event()

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        while True:
            self._awake.clear()
            ordered = await order_arrivals(self._engine)
            if ordered < 0:
                await asyncio.sleep(_TAKING_TURNS_SECONDS)
            elif ordered == 0:
                await self._wait()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._idle_seconds):
                await self._awake.wait()
        except TimeoutError:
            return


async def keep_dropping(engine: AsyncEngine, days: int) -> None:
    """Until cancelled, once an hour: the parts for the next days are there long before they are needed."""
    while True:
        if gone := await keep_days(engine, days):
            _log.info("feed.dropped", days=gone)
        await asyncio.sleep(_DAYS_SECONDS)
