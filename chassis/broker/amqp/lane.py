"""Listening to one queue: for ever, whatever happens to the broker, the connection, the channel or the queue."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from chassis.broker.amqp.deliveries import Deliveries, QueueGone, Stopped
from chassis.broker.amqp.faults import BrokerAway, BrokerRefuses, within
from chassis.broker.amqp.handing import Handing
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.pauses import Pauses
from chassis.broker.amqp.topology import QueuePlan, declare
from chassis.errors import Fault

_log = structlog.get_logger(__name__)


class Lane:
    """Takes the messages of the queue that `plan` tells anew for each connection; `prefetch` of them wait here.

    `name` is for the log.
    """

    def __init__(
        self, name: str, plan: Callable[[], QueuePlan], handing: Handing, link: Link, limits: Limits, *, prefetch: int
    ) -> None:
        self.listening = False
        self._name = name
        self._plan = plan
        self._handing = handing
        self._link = link
        self._limits = limits
        self._prefetch = prefetch
        self._deliveries = Deliveries()
        self._ending = asyncio.Event()
        self._pauses = Pauses(limits.longest_pause)
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Returns when the queue is there and listened to. Raises BrokerRefuses."""
        began = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._listen_for_ever(began))
        await asyncio.shield(began)

    def busy(self) -> bool:
        """Whether anything came since the last look."""
        received, self._deliveries.received = self._deliveries.received, False
        return received

    @property
    def taken(self) -> int:
        """How many messages this process holds."""
        return self._deliveries.held if self.listening else 0

    def step_back(self) -> None:
        """Lets another process of the group take the queue, and waits behind it."""
        self._deliveries.stop()

    async def end(self) -> None:
        """Gives the handler some time to finish what it has; the rest goes back to the queue."""
        self._ending.set()
        self._deliveries.stop()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=self._limits.stop)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen_for_ever(self, began: "asyncio.Future[None]") -> None:
        while not self._ending.is_set():
            try:
                await self._listen(began)
            except Stopped:
                continue
            except BrokerRefuses as refusal:
                if not began.done():
                    began.set_exception(refusal)
                    return
                _log.error("broker.refuses", queue=self._name, reason=refusal.reason)
            except QueueGone as gone:
                _log.error("broker.queue_deleted", queue=self._name, reason=gone.reason)
                await self._nap(self._limits.vanish)
            except BrokerAway:
                pass  # the link has told it, once for all queues
            except Fault as fault:
                _log.warning("broker.interrupted", queue=self._name, reason=fault.reason)
            await self._nap(self._pauses.next())

    async def _nap(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ending.wait(), seconds)

    async def _listen(self, began: "asyncio.Future[None]") -> None:
        """Raises Stopped when we shall end, and Fault when the broker ends it."""
        channel = await self._link.channel()
        try:
            deliveries = self._deliveries = Deliveries()
            async with within(self._limits.declare):
                await channel.set_qos(prefetch_count=self._prefetch)
                await deliveries.consume(await declare(channel, self._plan()), channel)
            self.listening = True
            self._pauses.reset()
            if not began.done():
                began.set_result(None)
            while not self._ending.is_set():
                messages = await deliveries.batch(self._limits.batch)
                await self._handing.hand_over(messages, deliveries)
        finally:
            self.listening = False
            with suppress(Fault):
                async with within(self._limits.answer):
                    await channel.close()
