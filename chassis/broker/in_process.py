"""The broker of the one-process system: a publish is confirmed only when every group has taken the events.

Nothing is kept here. What was not confirmed stays unpublished in the event log of its source and comes again. There is
one process, so of several who subscribe for one group the first gets everything and the others wait for ever.
"""

import asyncio
from collections.abc import Sequence

from chassis.broker import Handler, Sharing, Subscription
from chassis.errors import Fault
from chassis.events import Envelope


class InProcessBroker:
    """Calls the handlers directly: groups side by side, the events of one group in order."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []
        self._closed = False

    async def publish(self, events: Sequence[Envelope]) -> None:
        if self._closed:
            raise Fault("broker", "is closed")
        groups = list(self._groups)
        outcomes = await asyncio.gather(*(group.take(events) for group in groups), return_exceptions=True)
        failures = {
            group.name: outcome
            for group, outcome in zip(groups, outcomes, strict=True)
            if isinstance(outcome, BaseException)
        }
        if failures:
            reasons = "; ".join(f"{name}: {type(error).__name__}: {error}" for name, error in failures.items())
            raise Fault("broker", f"not every group took the events: {reasons}") from next(iter(failures.values()))

    async def subscribe(self, subscription: Subscription, handler: Handler) -> None:
        if subscription.sharing is Sharing.EACH or not any(group.serves(subscription) for group in self._groups):
            self._groups.append(_Group(subscription, handler))

    async def close(self) -> None:
        self._closed = True


class _Group:
    def __init__(self, subscription: Subscription, handler: Handler) -> None:
        self.name = subscription.group
        self._subscription = subscription
        self._handler = handler
        self._turn = asyncio.Lock()

    def serves(self, subscription: Subscription) -> bool:
        return (self.name, self._subscription.source) == (subscription.group, subscription.source)

    async def take(self, events: Sequence[Envelope]) -> None:
        wanted = [event for event in events if self._wants(event)]
        if wanted:
            async with self._turn:
                await self._handler(wanted)

    def _wants(self, event: Envelope) -> bool:
        return event.source == self._subscription.source and event.type in self._subscription.types
