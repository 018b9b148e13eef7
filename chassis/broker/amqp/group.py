"""What one process does for one subscription: it listens to the queues, and shares them fairly with other processes."""

import asyncio
import math
import random

import structlog
from aio_pika.abc import AbstractChannel

from chassis.broker import Handler, Sharing, Subscription
from chassis.broker.amqp.backlog import backlog
from chassis.broker.amqp.handing import Handing
from chassis.broker.amqp.lane import Lane
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.roster import Roster
from chassis.broker.amqp.topology import lanes, plan
from chassis.errors import Fault
from chassis.metrics import Sample

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
        self.name = f"{subscription.group}.{subscription.source}"
        self._handing = Handing(self.name, handler, limits)
        self._roster = Roster(self.name, link, limits)
        self._lanes = [self._lane(lane) for lane in lanes(subscription)]
        self._sharing: asyncio.Task[None] | None = None

    @property
    def listening(self) -> bool:
        """Whether it is connected to each of its queues."""
        return all(lane.listening for lane in self._lanes)

    async def backlog(self, channel: AbstractChannel) -> list[Sample]:
        """What waits for it, for /metrics. Raises Fault."""
        return await backlog(self._subscription, sum(lane.taken for lane in self._lanes), channel, self._limits)

    async def begin(self) -> None:
        """Returns when all queues are listened to. Raises BrokerRefuses."""
        await asyncio.gather(*(lane.begin() for lane in self._lanes))
        if self._subscription.sharing is Sharing.SPREAD:
            self._sharing = asyncio.create_task(self._share_for_ever())

    async def end(self) -> None:
        if self._sharing is not None:
            self._sharing.cancel()
        await asyncio.gather(*(lane.end() for lane in self._lanes))

    def _lane(self, lane: str) -> Lane:
        subscription, limits = self._subscription, self._limits
        return Lane(
            self.name if subscription.sharing is Sharing.EACH else plan(subscription, lane, limits).name,
            lambda: plan(subscription, lane, limits),
            self._handing,
            self._link,
            limits,
            prefetch=max(1, limits.prefetch // len(lanes(subscription))),
        )

    async def _share_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._limits.look * random.uniform(0.8, 1.2))  # noqa: S311  # no secret
            try:
                await self._share()
            except Fault as fault:
                _log.info("broker.not_shared", reason=fault.reason)

    async def _share(self) -> None:
        busy = [lane for lane in self._lanes if lane.busy()]
        share = math.ceil(len(self._lanes) / await self._roster.count())
        for lane in busy[share:]:
            lane.step_back()
