"""What waits for one listener: a bounded line of events, and how it ends."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import Any, Final

import structlog

from chassis.errors import Fault
from gateway.executor.problems import Problems
from gateway.executor.streams import Event, SourceRefused

MOST_EVENTS: Final = 100
MOST_BYTES: Final = 1 << 20
_log = structlog.get_logger(__name__)


class EndCode(StrEnum):
    """Why a subscription was ended before its events were at their end."""

    TOO_SLOW = "LISTENER_TOO_SLOW"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    RIGHTS_CHANGED = "RIGHTS_CHANGED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    SCHEMA_CHANGED = "SCHEMA_CHANGED"
    NO_PLACE = "LIMIT_LISTENERS"


class Ended(Exception):
    """No more events come. Without errors they are simply complete."""

    def __init__(self, *errors: dict[str, Any]) -> None:
        super().__init__(*errors)
        self.errors = errors

    @classmethod
    def because(cls, code: EndCode, message: str, **more: Any) -> "Ended":
        return cls({"message": message, "extensions": {"code": code.value, **more}})


_SLOW: Final = "Events came faster than they were taken, so this subscription has ended: subscribe again."


class Inbox:
    """Filled by one task and emptied by another. `end` goes before all that waits, `finish` comes after it."""

    def __init__(self, events: int = MOST_EVENTS, size: int = MOST_BYTES) -> None:
        self._events = events
        self._size = size
        self._waiting: deque[Event] = deque()
        self._held = 0
        self._changed = asyncio.Event()
        self._cut = asyncio.Event()
        self._last: Ended | None = None

    async def fill(self, events: AsyncGenerator[Event, None]) -> None:
        """Takes events until they are at their end, or nobody takes them from here."""
        try:
            async for event in events:
                self._put(event)
                if self._last is not None:
                    break
            self.finish(Ended())
        except SourceRefused as refused:
            self.finish(Ended(*_told(refused)))
        except Fault as fault:
            _log.warning("subgraph_unavailable", service=fault.service, reason=fault.reason)
            text = f"The service {fault.service} has ended this subscription; subscribe again."
            self.finish(Ended.because(EndCode.SERVICE_UNAVAILABLE, text, service=fault.service))
        finally:
            await events.aclose()

    async def next(self, seconds: float) -> Event | None:
        """The next event, None if none comes within so many seconds. Raises Ended."""
        if not self._waiting and self._last is None:
            self._changed.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
            except TimeoutError:
                return None
        if self._waiting:
            event = self._waiting.popleft()
            self._held -= event.size
            return event
        raise self._last or Ended()

    async def wait_for_end(self, seconds: float) -> None:
        """Returns after so many seconds if nobody has called `end`. Raises Ended."""
        try:
            async with asyncio.timeout(seconds):
                await self._cut.wait()
        except TimeoutError:
            return
        raise self._last or Ended()

    def end(self, why: Ended) -> None:
        """What still waits is not told any more."""
        self._waiting.clear()
        self._held = 0
        self._cut.set()
        self.finish(why)

    def finish(self, why: Ended) -> None:
        """The first reason counts."""
        self._last = self._last or why
        self._changed.set()

    def _put(self, event: Event) -> None:
        if len(self._waiting) >= self._events or (self._waiting and self._held + event.size > self._size):
            self.end(Ended.because(EndCode.TOO_SLOW, _SLOW))
        elif self._last is None:
            self._waiting.append(event)
            self._held += event.size
            self._changed.set()


def _told(refused: SourceRefused) -> list[dict[str, Any]]:
    problems = Problems(frozenset())
    problems.subgraph_errors(refused.service, [(error, ()) for error in refused.errors or [{}]])
    return problems.errors
