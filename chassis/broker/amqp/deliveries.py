"""What one channel has delivered and nobody has taken yet; it ends with the channel, or when we want to end."""

import asyncio
from collections import deque
from contextlib import suppress

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from chassis.errors import Fault


class Stopped(Exception):
    """What is not taken yet shall not be taken."""


class QueueGone(Fault):
    """Somebody deleted it."""


class Deliveries:
    """`received` is set by each message, and is there to be cleared."""

    def __init__(self) -> None:
        self.received = False
        self._in_hand = 0
        self._waiting: deque[AbstractIncomingMessage] = deque()
        self._changed = asyncio.Event()
        self._over = asyncio.Event()
        self._lost: Fault | None = None

    async def consume(self, queue: AbstractQueue, channel: AbstractChannel) -> None:
        """From now on messages come in; a cancellation by the broker (the queue was deleted) ends it, too."""
        channel.close_callbacks.add(lambda *_: self._lose(Fault("broker", "the channel was closed")))
        underlying = await channel.get_underlay_channel()
        underlying.on_consumer_cancel_callbacks.add(lambda _: self._lose(QueueGone("broker", f"{queue.name} is gone")))
        await queue.consume(self._add)

    async def batch(self, most: int) -> list[AbstractIncomingMessage]:
        """At least one message, `most` at most. Raises Fault when the channel is lost, Stopped when we shall stop."""
        self._in_hand = 0
        while not self._waiting and not self._over.is_set():
            self._changed.clear()
            await self._changed.wait()
        self._go_on()
        self._in_hand = min(most, len(self._waiting))
        return [self._waiting.popleft() for _ in range(self._in_hand)]

    @property
    def held(self) -> int:
        """How many are here; those of the last batch count until the next is asked for."""
        return len(self._waiting) + self._in_hand

    async def pause(self, seconds: float) -> None:
        """Raises the same, as soon as it happens."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)
        self._go_on()

    def stop(self) -> None:
        """What was not taken goes back to the queue with the end of the channel."""
        self._over.set()
        self._changed.set()

    async def _add(self, message: AbstractIncomingMessage) -> None:
        self.received = True
        self._waiting.append(message)
        self._changed.set()

    def _lose(self, why: Fault) -> None:
        self._lost = self._lost or why
        self.stop()

    def _go_on(self) -> None:
        if self._lost is not None:
            raise self._lost
        if self._over.is_set():
            raise Stopped
