"""What one process does for one subscription: it listens to the queues, and shares them fairly with other processes."""

import asyncio
import math
import random
from collections.abc import Callable

import structlog

from chassis.broker import Handler, Sharing, Subscription
from chassis.broker.amqp.faults import within
from chassis.broker.amqp.handing import Handing
from chassis.broker.amqp.lane import Lane
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.topology import QueuePlan, lanes, plan
from chassis.errors import Fault

_log = structlog.get_logger(__name__)


class Group:
    """Every process listens to every queue, and the broker gives each queue to the one that came first.

    So a process that has more than its share of the busy ones steps back from the rest, again and again, until all
    have about as many.
    """

    def __init__(self, subscription: Subscription, handler: Handler, link: Link, limits: Limits) -> None:
        self._subscription = subscription
        self._link = link
        self._limits = limits
        handing = Handing(f"{subscription.group}.{subscription.source}", handler, limits)
        names = lanes(subscription)
        self._lanes = [
            Lane(self._planning(name), handing, link, limits, prefetch=max(1, limits.prefetch // len(names)))
            for name in names
        ]
        self._sharing: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Returns when all queues are listened to. Raises BrokerRefuses."""
        await asyncio.gather(*(lane.begin() for lane in self._lanes))
        if self._subscription.sharing is Sharing.SPREAD:
            self._sharing = asyncio.create_task(self._share_for_ever())

    async def end(self) -> None:
        if self._sharing is not None:
            self._sharing.cancel()
        await asyncio.gather(*(lane.end() for lane in self._lanes))

    def _planning(self, lane: str) -> Callable[[], QueuePlan]:
        return lambda: plan(self._subscription, lane, self._limits)

    async def _share_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._limits.look * random.uniform(0.8, 1.2))  # noqa: S311  # no secret
            try:
                await self._share()
            except Fault as fault:
                _log.info("broker.not_shared", reason=fault.reason)

    async def _share(self) -> None:
        busy = [lane for lane in self._lanes if lane.busy()]
        share = math.ceil(len(self._lanes) / await self._processes()) if len(busy) > 1 else len(busy)
        for lane in busy[share:]:
            lane.step_back()

    async def _processes(self) -> int:
        """How many listen, ourselves among them."""
        channel = await self._link.channel()
        async with within(self._limits.answer):
            queue = await channel.declare_queue(self._planning(lanes(self._subscription)[0])().name, passive=True)
            await channel.close()
        return queue.declaration_result.consumer_count or 1
