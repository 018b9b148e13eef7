"""Calls of one handler, one at a time; whatever several queues want handled meanwhile is the next call, together.

queue 0  ----[ 0 ]
queue 1    . . . .[1 and 2]          a call costs a few statements and a commit however many events it has
queue 2        . .[1 and 2]
"""

import asyncio
from collections.abc import Sequence

from chassis.broker import Handler
from chassis.broker.amqp.faults import cancelled_by_others
from chassis.events import Envelope


class _Wish:
    """What one queue wants handled. `alone` once it was part of a call that failed."""

    def __init__(self, events: Sequence[Envelope]) -> None:
        self.events = events
        self.done = False
        self.alone = False


class Turns:
    """Each queue has one wish at a time, so its events stay in their order."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._turn = asyncio.Lock()
        self._wishes: list[_Wish] = []

    async def handle(self, events: Sequence[Envelope]) -> None:
        """Returns when the handler has taken them. Raises what it raises on these events alone."""
        wish = _Wish(events)
        self._wishes.append(wish)
        try:
            async with self._turn:
                if not wish.done and not wish.alone:
                    await self._handle_together()
                if not wish.done:
                    await self._handler(events)
        finally:
            self._wishes.remove(wish)

    async def _handle_together(self) -> None:
        """All that wait. When they fail together, each is handled alone in its own turn: one of them has the fault."""
        wishes = [wish for wish in self._wishes if not wish.done and not wish.alone]
        if len(wishes) == 1:
            return
        try:
            await self._handler([event for wish in wishes for event in wish.events])
        except (Exception, asyncio.CancelledError):
            if cancelled_by_others():
                raise
            for wish in wishes:
                wish.alone = True
        else:
            for wish in wishes:
                wish.done = True
