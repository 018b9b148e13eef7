"""Making and removing the queues of other systems at the broker; the same again and again, as often as one likes."""

from types import TracebackType
from typing import Final, Self

from chassis.broker.amqp.faults import within
from chassis.broker.amqp.limits import DEFAULT
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.topology import declare_exchange
from services.notifications.domain.outside_queues import ARGUMENTS, OutsideQueue

_SECONDS: Final = 60.0  # for all bindings of a queue, on several machines


class OutsideQueues:
    """Raises Fault when the broker is away, or does not let us."""

    def __init__(self, url: str) -> None:
        self._link = Link(url, "outside queues", DEFAULT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._link.close()

    async def make(self, queue: OutsideQueue) -> int:
        """With all its bindings, whose number it tells. What is in it stays."""
        channel = await self._link.channel()
        async with within(_SECONDS):
            made = await channel.declare_queue(queue.name, durable=True, arguments=dict(ARGUMENTS))
            exchanges = {
                source: await declare_exchange(channel, source) for source in {each for each, _ in queue.bindings()}
            }
            for source, key in queue.bindings():
                await made.bind(exchanges[source], key)
        return len(queue.bindings())

    async def remove(self, name: str) -> None:
        """With what is in it. One that is not there is removed already."""
        channel = await self._link.channel()
        async with within(_SECONDS):
            await channel.queue_delete(name)
