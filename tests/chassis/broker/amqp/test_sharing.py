"""Several processes of one group: who gets what, and who takes over."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from chassis.broker import Sharing
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.topology import LANES
from chassis.events import Envelope
from chassis.identifiers import uuid7
from tests.support.events import first_deliveries, make_event
from tests.support.listener import Listener, publish, subscription
from tests.support.rabbitmq import Processes

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
QUICK = Limits(look=0.1, batch=4, prefetch=64)


def about(subjects: int, each: int) -> list[Envelope]:
    """Events of so many subjects by turns, numbered within each."""
    ids = [uuid7() for _ in range(subjects)]
    return [
        make_event(subject=ids[number % subjects], position=number + 1, sequence=number // subjects + 1)
        for number in range(subjects * each)
    ]


def in_order(told: list[Envelope]) -> bool:
    seen: dict[object, list[int]] = {}
    for event in first_deliveries(told):
        seen.setdefault(event.subject, []).append(event.sequence)
    return all(numbers == [*range(1, len(numbers) + 1)] for numbers in seen.values())


async def test_the_second_process_takes_over_when_the_first_is_gone(processes: Processes, until: Until) -> None:
    told: list[Envelope] = []
    first, second = Listener(), Listener()
    first.taken = second.taken = told
    active, standby, events = processes.start(limits=QUICK), processes.start(limits=QUICK), about(5, 40)
    await active.subscribe(subscription(), first)
    await standby.subscribe(subscription(), second)
    await publish(standby, events[:100])
    await until(lambda: len(first_deliveries(told)) > 20)
    active._incoming.give_up()
    active._incoming._sockets.abort()
    await publish(standby, events[100:])
    await until(lambda: len(first_deliveries(told)) == 200)
    assert [event.position for event in first_deliveries(told)] == [*range(1, 201)]


async def test_processes_that_share_come_to_have_about_as_many_lanes_each_and_order_is_kept(
    processes: Processes, until: Until
) -> None:
    told: list[Envelope] = []
    owners: dict[int, int] = {}

    async def listen(process: int) -> AmqpBroker:
        async def take(events: Sequence[Envelope]) -> None:
            await asyncio.sleep(0)
            told.extend(events)
            owners.update({event.subject.int % LANES: process for event in events})

        broker = processes.start(limits=QUICK)
        await broker.subscribe(subscription(sharing=Sharing.SPREAD), take)
        return broker

    def shares() -> list[int]:
        return sorted(Counter(owners.values()).values())

    async def stream() -> None:
        for batch in range(0, len(events), 64):
            await publish(first, events[batch : batch + 64])
            published.extend(events[batch : batch + 64])

    first, events, published = await listen(0), about(64, 500), list[Envelope]()
    streaming = asyncio.create_task(stream())
    await until(lambda: shares() == [8])
    await listen(1)
    await until(lambda: shares() == [4, 4])
    await listen(2)
    await until(lambda: shares() == [2, 3, 3])
    streaming.cancel()
    await asyncio.gather(streaming, return_exceptions=True)
    await until(lambda: {event.id for event in published} <= {event.id for event in told})
    assert in_order(told)
