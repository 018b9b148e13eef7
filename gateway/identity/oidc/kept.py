"""Something of others that is kept for a while, and asked for anew not too often."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

import structlog

from chassis.errors import Fault

PAUSE_SECONDS: Final = 15.0
FRESH_SECONDS: Final = 300.0
STALE_SECONDS: Final = 3600.0
T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Kept(Generic[T]):
    """`fetch` is called when the value is five minutes old, and no two times within fifteen seconds.

    While it raises Fault the old value serves for an hour. `clock` tells seconds.
    """

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._value: T | None = None
        self._at = self._tried = float("-inf")
        self._fault = Fault("", "")
        self._lock = asyncio.Lock()

    async def get(self) -> T:
        """Raises Fault."""
        if self._clock() - self._at >= FRESH_SECONDS:
            await self._renew()
        return self._current()

    async def renewed(self) -> T:
        """As it is now, unless it was asked for just before. Raises Fault."""
        await self._renew()
        return self._current()

    async def _renew(self) -> None:
        async with self._lock:
            if self._clock() - self._tried < PAUSE_SECONDS:
                return
            self._tried = self._clock()
            try:
                self._value = await self._fetch()
                self._at = self._clock()
            except Fault as fault:
                self._fault = fault
                _log.warning("oidc.unreachable", reason=str(fault))

    def _current(self) -> T:
        if self._value is None or self._clock() - self._at > STALE_SECONDS:
            raise Fault(self._fault.service, self._fault.reason)
        return self._value
