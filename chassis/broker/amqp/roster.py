"""How many processes share a group's work: as many as listen to a queue to which nobody ever says anything.

The queues with the events cannot be asked: of those who wait for their turn there, the broker does not tell.
"""

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis.broker.amqp.backlog import leave
from chassis.broker.amqp.faults import within
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.topology import declare_roster
from chassis.errors import Fault


class Roster:
    """That of the group `name`. This process is on it from the first count on, as long as its connection lasts."""

    def __init__(self, name: str, link: Link, limits: Limits) -> None:
        self._name = name
        self._link = link
        self._limits = limits
        self._channel: AbstractChannel | None = None

    async def count(self) -> int:
        """Ourselves among them. Raises Fault, and then asks on a new channel: the library closes one without answer."""
        try:
            return await self._count()
        except Fault:
            channel, self._channel = self._channel, None
            if channel is not None:
                await leave(channel, self._limits)
            raise

    async def _count(self) -> int:
        if self._channel is None or self._channel.is_closed:
            self._channel = await self._link.channel()
            async with within(self._limits.declare):
                await (await declare_roster(self._channel, self._name)).consume(_ignore)
        async with within(self._limits.answer):
            queue = await declare_roster(self._channel, self._name)
        return queue.declaration_result.consumer_count or 1


async def _ignore(_: AbstractIncomingMessage) -> None:
    """Nothing is ever published there."""
