"""Handing events over to the broker, a batch at a time, until it has confirmed each of them."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from aio_pika.abc import AbstractChannel, AbstractExchange
from aio_pika.exceptions import PublishError

from chassis.broker import Subscription
from chassis.broker.amqp.faults import within
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.link import Link
from chassis.broker.amqp.messages import to_message
from chassis.broker.amqp.topology import declare, declare_exchange, lanes, plan
from chassis.errors import Fault
from chassis.events import Envelope


class Publisher:
    """Knows who listens: their queues are made before anything is published, and an event for them never goes nowhere.

    After a failure a batch is not continued but published anew from its beginning, on a new channel: a channel that
    met the death of a queue's leader may refuse that queue for ever, and no event may overtake an earlier one.
    """

    def __init__(self, link: Link, listeners: Collection[Subscription], limits: Limits) -> None:
        self._link = link
        self._limits = limits
        self._listeners = [*listeners]
        self._turn = asyncio.Lock()
        self._channel: AbstractChannel | None = None
        self._exchanges: dict[str, AbstractExchange] = {}

    def expect(self, listener: Subscription) -> None:
        """From now on its queue is known, and made again when it is missing."""
        self._listeners.append(listener)

    async def publish(self, events: Sequence[Envelope]) -> None:
        """Raises Fault when not everything is certain to have arrived."""
        async with self._turn:
            try:
                exchanges = await self._ready({event.source for event in events})
                async with within(self._limits.publish):
                    outcomes = await asyncio.gather(
                        *(_send(event, exchanges[event.source]) for event in events), return_exceptions=True
                    )
                    self._judge(events, outcomes)
            except BaseException:
                await self._start_over()
                raise

    async def _ready(self, sources: Collection[str]) -> dict[str, AbstractExchange]:
        if self._channel is None or self._channel.is_closed:
            self._exchanges = {}
            self._channel = await self._link.channel(confirms=True)
        for source in sources - self._exchanges.keys():
            self._exchanges[source] = await self._declare(source, self._channel)
        return self._exchanges

    async def _declare(self, source: str, channel: AbstractChannel) -> AbstractExchange:
        """The exchange, with the queues of all that listen to it."""
        for listener in self._listeners:
            for lane in lanes(listener) if listener.source == source else ():
                async with within(self._limits.declare):
                    await declare(channel, plan(listener, lane, self._limits))
        async with within(self._limits.declare):
            return await declare_exchange(channel, source)

    def _judge(self, events: Sequence[Envelope], outcomes: Sequence[BaseException | None]) -> None:
        for event, outcome in zip(events, outcomes, strict=True):
            if isinstance(outcome, PublishError):
                if self._expected(event):
                    raise Fault("broker", f"has no queue for {event.type} of {event.source}, to which somebody listens")
            elif outcome is not None:
                raise outcome

    def _expected(self, event: Envelope) -> bool:
        return any(each.source == event.source and event.type in each.types for each in self._listeners)

    async def _start_over(self) -> None:
        channel, self._channel = self._channel, None
        if channel is None:
            return
        with suppress(Fault):
            async with within(self._limits.leave):
                await channel.close()
                return
        await self._link.drop()


async def _send(event: Envelope, exchange: AbstractExchange) -> None:
    await exchange.publish(to_message(event), event.routing_key, mandatory=True)
