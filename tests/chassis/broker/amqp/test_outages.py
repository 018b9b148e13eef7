"""The broker dies, or stands still, in the middle of everything: nothing is lost, and nobody overtakes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from chassis.broker import Sharing
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.topology import LANES
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.identifiers import uuid7
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.events import first_deliveries, make_event
from tests.support.listener import Listener, publish, subscription
from tests.support.rabbitmq import Processes, hears, on_disk

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
NOTICED_WITHIN = 10.0


def about(subjects: int, each: int) -> list[Envelope]:
    ids = [uuid7() for _ in range(subjects)]
    return [
        make_event(subject=ids[number % subjects], position=number + 1, sequence=number // subjects + 1)
        for number in range(subjects * each)
    ]


def sequences(told: list[Envelope]) -> set[tuple[int, ...]]:
    """How each subject's events were numbered, by their first delivery."""
    seen: dict[object, list[int]] = {}
    for event in first_deliveries(told):
        seen.setdefault(event.subject, []).append(event.sequence)
    return {tuple(numbers) for numbers in seen.values()}


async def test_killing_the_broker_while_events_flow_loses_none_and_keeps_each_subjects_order(
    processes: Processes, rabbitmq_server: RabbitServer, until: Until
) -> None:
    alone, shared = subscription("alone"), subscription("shared", sharing=Sharing.SPREAD)
    relay = processes.start(listeners=[alone, shared])
    by_one, by_several, late = Listener(), [Listener(), Listener()], Listener()
    told: list[Envelope] = []
    await processes.start().subscribe(alone, by_one)
    for listener in by_several:
        listener.taken = told
        await processes.start().subscribe(shared, listener)
    events = about(20, 100)

    async def stream() -> None:
        for start in range(0, len(events), 50):
            await publish(relay, events[start : start + 50])

    queues = ["alone.things", "shared.things.processes", *(f"shared.things.{lane}" for lane in range(LANES))]
    await until(lambda: on_disk(rabbitmq_server, *queues))
    streaming = asyncio.create_task(stream())
    await until(lambda: len(by_one.taken) > 300)
    os.kill(rabbitmq_server.pid, signal.SIGKILL)
    await rabbitmq_server.wait()
    await rabbitmq_server.stop()
    assert not streaming.done()
    subscribing = asyncio.create_task(processes.start().subscribe(subscription("late"), late))
    await rabbitmq_server.start()
    await subscribing
    await streaming
    await until(lambda: len(first_deliveries(by_one.taken)) == len(first_deliveries(told)) == len(events))
    assert [event.position for event in first_deliveries(by_one.taken)] == [*range(1, len(events) + 1)]
    assert sequences(told) == {tuple(range(1, 101))}


@asynccontextmanager
async def frozen(server: RabbitServer) -> AsyncIterator[None]:
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


async def test_a_broker_that_stands_still_is_noticed_and_found_again(
    broker: AmqpBroker, rabbitmq_server: RabbitServer, until: Until
) -> None:
    listener, events = Listener(), about(1, 3)
    await broker.subscribe(subscription(), listener)
    await publish(broker, events[:1])
    await until(lambda: len(listener.taken) == 1)
    async with frozen(rabbitmq_server), asyncio.timeout(NOTICED_WITHIN):
        with pytest.raises(Fault):
            await broker.publish(events[1:])
        await until(lambda: not broker._groups[0].listening)
    await publish(broker, events[1:])
    await until(lambda: len(first_deliveries(listener.taken)) == 3)
    assert await hears(broker)
    assert listener.positions() == [1, 2, 3]
