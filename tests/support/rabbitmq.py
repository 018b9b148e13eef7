"""The adapter on a real RabbitMQ, and nothing left there afterwards."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel

from chassis.broker import Subscription
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.topology import lanes, plan


@asynccontextmanager
async def amqp_broker(url: str, **given: Any) -> AsyncIterator[AmqpBroker]:
    """A broker object whose queues are deleted in the end."""
    broker = AmqpBroker(url, "tests", **given)
    yield broker
    subscriptions = [group._subscription for group in broker._groups]
    await broker.close()
    await forget(url, [*subscriptions, *broker._publisher._listeners])


@asynccontextmanager
async def channel_to(url: str) -> AsyncIterator[AbstractChannel]:
    """For what a test does to the broker behind the adapter's back."""
    async with await aio_pika.connect(url, timeout=10) as connection:
        yield await connection.channel()


async def forget(url: str, subscriptions: Collection[Subscription]) -> None:
    """Deletes the queues, the parking places and the exchanges of these subscriptions."""
    async with channel_to(url) as channel:
        for subscription in subscriptions:
            for lane in lanes(subscription):
                made = plan(subscription, lane, AmqpBroker(url, "")._limits)
                for queue in filter(None, (made.name, made.parking)):
                    await channel.queue_delete(queue)
                await channel.exchange_delete(made.exchange)
