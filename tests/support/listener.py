"""What the tests of brokers share: a listener that can refuse and be held up, what it wants, and events for it."""

import asyncio
from collections.abc import Sequence

from chassis.broker import Broker, Sharing, Subscription
from chassis.errors import Fault
from chassis.events import Envelope
from tests.support.events import first_deliveries, make_event

CHANGED = frozenset({"thing.changed.v1"})


class Listener:
    """Keeps what it took; refuses the first calls, takes `seconds` for each, holds all up while `gate` is closed."""

    def __init__(self, *, refuses: int = 0, seconds: float = 0) -> None:
        self.taken: list[Envelope] = []
        self.refused: list[Envelope] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.inside = 0
        self.most_inside = 0
        self._refuses = refuses
        self._seconds = seconds

    async def __call__(self, events: Sequence[Envelope]) -> None:
        self.inside += 1
        self.most_inside = max(self.inside, self.most_inside)
        try:
            await asyncio.sleep(self._seconds)
            await self.gate.wait()
            self._take(events)
        finally:
            self.inside -= 1

    def _take(self, events: Sequence[Envelope]) -> None:
        if self._refuses > 0:
            self._refuses -= 1
            self.refused += events
            raise RuntimeError("not now")
        self.taken += events

    def positions(self, source: str = "things") -> list[int]:
        return [event.position for event in first_deliveries(self.taken) if event.source == source]


def subscription(
    group: str = "readers",
    source: str = "things",
    types: frozenset[str] = CHANGED,
    sharing: Sharing = Sharing.ONE,
) -> Subscription:
    return Subscription(group=group, source=source, types=types, sharing=sharing)


def run_of(count: int, source: str = "things") -> list[Envelope]:
    return [make_event(source=source, position=number) for number in range(1, count + 1)]


async def publish(broker: Broker, events: Sequence[Envelope]) -> None:
    """As the relay does: what was not confirmed is published again."""
    while True:
        try:
            return await broker.publish(events)
        except Fault:
            await asyncio.sleep(0.01)
