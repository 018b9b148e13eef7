"""What every broker promises, whether it hands events over at once or keeps them in queues."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from chassis.broker import Broker, Sharing
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.identifiers import uuid7
from tests.support.events import first_deliveries, make_event
from tests.support.listener import Listener, publish, run_of, subscription

Until = Callable[[Callable[[], bool]], Awaitable[None]]


async def test_an_event_arrives_as_it_was_published(broker: Broker, until: Until) -> None:
    listener, event = Listener(), make_event(restricted=True, request_id="r-1", traceparent="00-1-2-01")
    await broker.subscribe(subscription(), listener)
    await publish(broker, [event])
    await until(lambda: len(listener.taken) == 1)
    assert listener.taken == [event]


async def test_events_of_a_source_keep_their_order_within_a_group(broker: Broker, until: Until) -> None:
    listener, events = Listener(), run_of(300)
    await broker.subscribe(subscription(), listener)
    for start in range(0, 300, 64):
        await publish(broker, events[start : start + 64])
    await until(lambda: len(listener.positions()) == 300)
    assert listener.positions() == list(range(1, 301))


async def test_each_group_gets_all(broker: Broker, until: Until) -> None:
    groups = [Listener(), Listener(), Listener()]
    for number, listener in enumerate(groups):
        await broker.subscribe(subscription(f"group-{number}"), listener)
    await publish(broker, run_of(5))
    await until(lambda: all(len(listener.positions()) == 5 for listener in groups))
    assert [listener.positions() for listener in groups] == [[1, 2, 3, 4, 5]] * 3


async def test_only_subscribed_types_and_sources_arrive(broker: Broker, until: Until) -> None:
    listener = Listener()
    await broker.subscribe(subscription(), listener)
    await publish(
        broker,
        [
            make_event(position=1, type="thing.deleted.v1"),
            make_event(position=2, source="others"),
            make_event(position=3),
        ],
    )
    await until(lambda: bool(listener.taken))
    assert listener.positions() == [3]
    assert listener.positions("others") == []


async def test_a_group_may_follow_several_sources_each_in_its_order(broker: Broker, until: Until) -> None:
    listener, ours, theirs = Listener(), run_of(20), run_of(20, "others")
    await broker.subscribe(subscription(), listener)
    await broker.subscribe(subscription(source="others"), listener)
    for pair in zip(ours, theirs, strict=True):
        await asyncio.gather(*(publish(broker, [event]) for event in pair))
    await until(lambda: len(first_deliveries(listener.taken)) == 40)
    assert listener.positions() == listener.positions("others") == list(range(1, 21))


async def test_what_a_handler_refuses_comes_again_and_first(broker: Broker, until: Until) -> None:
    listener, events = Listener(refuses=2), run_of(6)
    await broker.subscribe(subscription(), listener)
    await publish(broker, events[:3])
    await publish(broker, events[3:])
    await until(lambda: len(listener.positions()) == 6)
    assert listener.refused
    assert listener.positions() == [1, 2, 3, 4, 5, 6]


async def test_one_groups_refusal_takes_nothing_from_another(broker: Broker, until: Until) -> None:
    stubborn, willing = Listener(refuses=3), Listener()
    await broker.subscribe(subscription("stubborn"), stubborn)
    await broker.subscribe(subscription("willing"), willing)
    for event in run_of(4):
        await publish(broker, [event])
    await until(lambda: len(stubborn.positions()) == len(willing.positions()) == 4)
    assert stubborn.positions() == willing.positions() == [1, 2, 3, 4]


@pytest.mark.parametrize("sharing", Sharing)
async def test_a_handler_is_never_called_twice_at_once(sharing: Sharing, broker: Broker, until: Until) -> None:
    listener, events = Listener(seconds=0.005), run_of(30)
    await broker.subscribe(subscription(sharing=sharing), listener)
    await asyncio.gather(*(publish(broker, [event]) for event in events))
    await until(lambda: len(listener.positions()) == 30)
    assert listener.most_inside == 1


async def test_a_slow_group_does_not_reorder_another(broker: Broker, until: Until) -> None:
    slow, quick = Listener(), Listener()
    slow.gate.clear()
    await broker.subscribe(subscription("slow"), slow)
    await broker.subscribe(subscription("quick"), quick)
    events = run_of(9)
    publishing = [asyncio.create_task(publish(broker, events[start : start + 3])) for start in (0, 3, 6)]
    await until(lambda: len(quick.positions()) == 9)
    assert quick.positions() == list(range(1, 10))
    assert slow.taken == []
    slow.gate.set()
    await asyncio.gather(*publishing)
    await until(lambda: len(slow.positions()) == 9)
    assert slow.positions() == list(range(1, 10))


@pytest.mark.parametrize("sharing", [Sharing.ONE, Sharing.SPREAD])
async def test_several_subscribers_of_a_group_get_each_event_once_between_them(
    sharing: Sharing, broker: Broker, until: Until
) -> None:
    listeners, events = [Listener(), Listener(), Listener()], run_of(60)
    for listener in listeners:
        await broker.subscribe(subscription(sharing=sharing), listener)
    await publish(broker, events)
    await until(lambda: sum(len(listener.taken) for listener in listeners) >= 60)
    taken = [event.id for listener in listeners for event in listener.taken]
    assert sorted(taken) == sorted(event.id for event in events)


async def test_subscribers_that_share_get_the_events_of_one_subject_in_their_order(
    broker: Broker, until: Until
) -> None:
    told: list[Envelope] = []
    listeners = [Listener(), Listener(refuses=2)]
    for listener in listeners:
        listener.taken = told
        await broker.subscribe(subscription(sharing=Sharing.SPREAD), listener)
    subjects = [uuid7() for _ in range(20)]
    events = [make_event(subject=subjects[n % 20], position=n + 1, sequence=n // 20 + 1) for n in range(200)]
    for start in range(0, 200, 50):
        await publish(broker, events[start : start + 50])
    await until(lambda: len(first_deliveries(told)) == 200)
    for subject in subjects:
        assert [event.sequence for event in first_deliveries(told) if event.subject == subject] == [*range(1, 11)]


async def test_every_process_hears_it_when_it_asks_to_from_then_on(broker: Broker, until: Until) -> None:
    early, late = Listener(), Listener()
    each, events = subscription(sharing=Sharing.EACH), run_of(4)
    await broker.subscribe(each, early)
    await publish(broker, events[:2])
    await until(lambda: len(early.taken) == 2)
    await broker.subscribe(each, late)
    await publish(broker, events[2:])
    await until(lambda: len(early.taken) == 4 and len(late.taken) == 2)
    assert (early.positions(), late.positions()) == ([1, 2, 3, 4], [3, 4])


async def test_nothing_to_publish_is_confirmed(broker: Broker) -> None:
    listener = Listener()
    await broker.subscribe(subscription(), listener)
    await broker.publish([])
    assert listener.taken == []


async def test_events_nobody_listens_to_are_confirmed(broker: Broker) -> None:
    await broker.publish(run_of(3))


async def test_a_closed_broker_refuses(broker: Broker) -> None:
    listener = Listener()
    await broker.subscribe(subscription(), listener)
    await broker.close()
    with pytest.raises(Fault):
        await broker.publish(run_of(1))
    assert listener.taken == []
