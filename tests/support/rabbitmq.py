"""The adapter on a real RabbitMQ, and nothing left there afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from chassis.broker import Subscription
from chassis.broker.addresses import split_addresses
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import DEFAULT
from chassis.broker.amqp.topology import lanes, plan
from chassis.errors import Fault
from deploy.local.rabbitmq.server import RabbitServer


class Processes:
    """Brokers as those of several processes. What they made is deleted when all are closed, and not before."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._started: list[AmqpBroker] = []

    def start(self, **given: Any) -> AmqpBroker:
        self._started.append(AmqpBroker(self.url, f"process {len(self._started)}", **given))
        return self._started[-1]

    async def end(self) -> None:
        known = [subscription for broker in self._started for subscription in _subscriptions(broker)]
        await asyncio.gather(*(broker.close() for broker in self._started))
        await forget(self.url, known)


@asynccontextmanager
async def amqp_broker(url: str, **given: Any) -> AsyncIterator[AmqpBroker]:
    """That of one process."""
    processes = Processes(url)
    try:
        yield processes.start(**given)
    finally:
        await processes.end()


def _subscriptions(broker: AmqpBroker) -> list[Subscription]:
    return [*(group._subscription for group in broker._groups), *broker._publisher._listeners]


@asynccontextmanager
async def channel_to(url: str) -> AsyncIterator[AbstractChannel]:
    """For what a test does to the broker behind the adapter's back; of several addresses the first will do."""
    async with await aio_pika.connect(split_addresses(url)[0], timeout=10) as connection:
        yield await connection.channel()


async def forget(url: str, subscriptions: Collection[Subscription]) -> None:
    """Deletes the queues, the parking places and the exchanges of these subscriptions."""
    async with channel_to(url) as channel:
        for subscription in subscriptions:
            await channel.queue_delete(f"{subscription.group}.{subscription.source}.processes")
            for lane in lanes(subscription):
                made = plan(subscription, lane, DEFAULT)
                for queue in filter(None, (made.name, made.parking)):
                    await channel.queue_delete(queue)
                await channel.exchange_delete(made.exchange)


async def waiting(url: str, queue: str) -> int:
    """How many messages are in the queue that nobody holds."""
    async with channel_to(url) as channel:
        return (await channel.declare_queue(queue, passive=True)).declaration_result.message_count or 0


def consumed(url: str, queue: str) -> Callable[[], Any]:
    """A condition to wait for: the queue is there, and somebody listens to it."""

    async def holds() -> bool:
        try:
            async with channel_to(url) as channel:
                return (await channel.declare_queue(queue, passive=True)).declaration_result.consumer_count == 1
        except ChannelNotFoundEntity:
            return False

    return holds


def on_disk(server: RabbitServer, *queues: str) -> bool:
    """Half a second after a queue was made its name is on disk; killed before, a node forgets it with its content."""
    known = next(server._directory.glob("data/*/quorum/*/names.dets")).read_bytes()
    return all(queue.encode() in known for queue in queues)


async def hears(broker: AmqpBroker) -> bool:
    """Whether it listens to all that it subscribed to."""
    try:
        await broker.check()
    except Fault:
        return False
    return True


def has(url: str, queue: str, count: int) -> Callable[[], Any]:
    """A condition to wait for: a queue's content is counted with a delay."""

    async def holds() -> bool:
        return await waiting(url, queue) == count

    return holds


async def take(url: str, queue: str) -> AbstractIncomingMessage:
    """The first message, taken out for good. (Queues with one active consumer cannot simply be asked for it.)"""
    async with channel_to(url) as channel:
        await channel.set_qos(prefetch_count=1)
        async with (await channel.get_queue(queue)).iterator() as messages:
            async for message in messages:
                await message.ack()
                return message
    raise AssertionError(f"{queue} was closed")
