"""What a process has in its hands: bounded, given back or acknowledged in the end, and taken up after interruptions."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from chassis.broker import Sharing
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import Limits
from chassis.errors import Fault
from chassis.events import Envelope
from tests.support.events import make_event
from tests.support.listener import Listener, publish, run_of, subscription
from tests.support.rabbitmq import Processes, channel_to, consumed, has, hears

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]


async def test_no_more_than_the_limit_waits_in_a_process(processes: Processes, until: Until) -> None:
    broker, listener = processes.start(limits=Limits(prefetch=10, batch=3)), Listener()
    listener.gate.clear()
    await broker.subscribe(subscription(), listener)
    await publish(broker, run_of(30))
    await until(has(processes.url, "readers.things", 20))
    listener.gate.set()
    await until(lambda: len(listener.taken) == 30)
    await until(has(processes.url, "readers.things", 0))
    assert listener.positions() == list(range(1, 31))


async def test_a_handler_gets_a_few_at_a_time(processes: Processes, until: Until) -> None:
    sizes: list[int] = []

    async def note(events: Sequence[Envelope]) -> None:
        sizes.append(len(events))

    broker = processes.start(listeners=[subscription()], limits=Limits(batch=16))
    await publish(broker, run_of(100))
    await broker.subscribe(subscription(), note)
    await until(lambda: sum(sizes) == 100)
    assert 1 < max(sizes) <= 16


async def test_closing_lets_the_handler_finish_acknowledges_it_and_gives_the_rest_back(
    broker: AmqpBroker, url: str, until: Until
) -> None:
    leaving = AmqpBroker(url, "leaving", limits=Limits(batch=4))
    first, second, events = Listener(), Listener(), run_of(40)
    first.gate.clear()
    await leaving.subscribe(subscription(), first)
    await publish(broker, events)
    await until(lambda: first.inside == 1)
    closing = asyncio.create_task(leaving.close())
    await asyncio.sleep(0.05)
    first.gate.set()
    await closing
    assert 0 < len(first.taken) <= 4
    await broker.subscribe(subscription(), second)
    await until(lambda: len(first.taken) + len(second.taken) >= 40)
    assert [event.id for event in [*first.taken, *second.taken]] == [event.id for event in events]


async def test_closing_does_not_wait_for_ever_for_a_handler(broker: AmqpBroker, url: str, until: Until) -> None:
    leaving, stuck, next_one = AmqpBroker(url, "leaving", limits=Limits(stop=0.2)), Listener(), Listener()
    stuck.gate.clear()
    await leaving.subscribe(subscription(), stuck)
    await publish(broker, run_of(3))
    await until(lambda: stuck.inside == 1)
    await leaving.close()
    assert (stuck.inside, stuck.taken) == (0, [])
    await broker.subscribe(subscription(), next_one)
    await until(lambda: next_one.positions() == [1, 2, 3])


async def test_a_deleted_queue_is_made_anew_and_listened_to(broker: AmqpBroker, url: str, until: Until) -> None:
    listener, event = Listener(), make_event()
    await broker.subscribe(subscription(), listener)
    async with channel_to(url) as channel:
        await channel.queue_delete("readers.things")
    await until(consumed(url, "readers.things"))
    await publish(broker, [event])
    await until(lambda: listener.taken == [event])


async def test_a_lost_connection_is_made_again_for_each_kind_of_listener(broker: AmqpBroker, until: Until) -> None:
    listeners, events = {sharing: Listener() for sharing in Sharing}, run_of(6)
    for sharing, listener in listeners.items():
        await broker.subscribe(subscription(f"group-{sharing}", sharing=sharing), listener)
    broker._incoming._sockets.abort()
    await until(lambda: not any(group.listening for group in broker._groups))
    with pytest.raises(Fault, match=r"not connected to group-one\.things, group-spread\.things, group-each\.things"):
        await broker.check()
    await until(lambda: hears(broker))
    await publish(broker, events)
    await until(lambda: all(len(listener.taken) == 6 for listener in listeners.values()))


async def test_a_fault_of_the_outside_world_is_waited_for_however_often_it_comes(
    processes: Processes, until: Until
) -> None:
    taken: list[Envelope] = []
    troubles = [Fault("database", "is away")] * 6 + [OSError(), TimeoutError()]

    async def sometimes(events: Sequence[Envelope]) -> None:
        if troubles:
            raise troubles.pop()
        taken.extend(events)

    broker, events = processes.start(limits=Limits(tries=2, longest_pause=0.01)), run_of(3)
    await broker.subscribe(subscription(), sometimes)
    await publish(broker, events)
    await until(lambda: len(taken) == 3)
    assert taken == events


async def test_what_is_held_for_too_long_goes_back_and_comes_again_in_its_order(
    processes: Processes, until: Until
) -> None:
    here, taken = asyncio.Event(), list[Envelope]()

    async def take(events: Sequence[Envelope]) -> None:
        if not here.is_set():
            raise Fault("database", "is away")
        taken.extend(events)

    broker = processes.start(listeners=[subscription()], limits=Limits(hold=0.1, longest_pause=0.02))
    await publish(broker, run_of(20))
    await broker.subscribe(subscription(), take)
    (lane,) = broker._groups[0]._lanes
    holding = lane._deliveries
    await until(lambda: lane._deliveries is not holding)
    here.set()
    await until(lambda: len(taken) == 20)
    assert [event.position for event in taken] == [*range(1, 21)]
