"""A message that is never taken is put aside, where a person finds it, and the others flow."""

from collections.abc import Awaitable, Callable, Sequence

import aio_pika
import pytest

from chassis.broker import Sharing, Subscription
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.topology import LANES
from chassis.events import Envelope
from chassis.identifiers import uuid7
from tests.support.events import make_event
from tests.support.listener import publish, run_of, subscription
from tests.support.rabbitmq import Processes, channel_to, has, take

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
PARKED = "readers.things.parked"


class Picky:
    """Takes all but one event, and counts how often that is offered."""

    def __init__(self, poison: Envelope) -> None:
        self.taken: list[Envelope] = []
        self.offered = 0
        self._poison = poison

    async def __call__(self, events: Sequence[Envelope]) -> None:
        self.offered += self._poison in events
        if self._poison in events:
            raise ValueError("poison")
        self.taken += events


@pytest.fixture
def impatient(processes: Processes) -> AmqpBroker:
    """Tries three times, with hardly a pause."""
    return processes.start(limits=Limits(tries=3, longest_pause=0.02))


async def test_a_poisonous_message_is_parked_after_so_many_tries_and_all_others_are_taken(
    impatient: AmqpBroker, url: str, until: Until
) -> None:
    events = run_of(9)
    picky = Picky(events[4])
    await impatient.subscribe(subscription(), picky)
    await publish(impatient, events)
    await until(lambda: len(picky.taken) == 8)
    assert picky.taken == [*events[:4], *events[5:]]
    await until(has(url, PARKED, 1))
    parked = await take(url, PARKED)
    assert Envelope.from_json(parked.body) == events[4]
    assert parked.headers["x-death"][0]["reason"] == "rejected"  # type: ignore[index, call-overload]
    assert picky.offered in (3, 4)  # once with the others, unless it came alone


async def test_other_lanes_flow_while_a_poisonous_message_is_tried(
    processes: Processes, url: str, until: Until
) -> None:
    subjects = {uuid.int % LANES: uuid for uuid in (uuid7() for _ in range(200))}
    poison, *others = [make_event(subject=subject, position=lane + 1) for lane, subject in sorted(subjects.items())]
    picky, broker = Picky(poison), processes.start(limits=Limits(tries=1000, longest_pause=0.02))
    await broker.subscribe(subscription(sharing=Sharing.SPREAD), picky)
    await publish(broker, [poison, *others])
    await until(lambda: len(picky.taken) == LANES - 1 and picky.offered > 3)
    await until(has(url, PARKED, 0))


async def test_what_is_no_event_of_ours_is_parked_at_once(impatient: AmqpBroker, url: str, until: Until) -> None:
    event = make_event()
    picky = Picky(make_event())
    await impatient.subscribe(subscription(), picky)
    async with channel_to(url) as channel:
        exchange = await channel.get_exchange("things.events")
        for body in (b"", b"{}", b"[1]", b'{"id": 7}', b"\xff"):
            await exchange.publish(aio_pika.Message(body), "lane.0.thing.changed.v1")
    await publish(impatient, [event])
    await until(lambda: picky.taken == [event])
    await until(has(url, PARKED, 5))


async def test_a_message_with_which_processes_die_is_parked_by_the_broker(
    impatient: AmqpBroker, url: str, until: Until
) -> None:
    known = Subscription(group="readers", source="things", types=frozenset({"thing.changed.v1"}))
    impatient._publisher.expect(known)
    await publish(impatient, run_of(1))
    deaths = 0
    while not await has(url, PARKED, 1)():
        if await has(url, "readers.things", 1)():
            deaths += 1
            await die_with_a_message(url)
    assert deaths == 4  # more often than the limit


async def die_with_a_message(url: str) -> None:
    async with channel_to(url) as channel:
        queue = await channel.get_queue("readers.things")
        async with queue.iterator() as messages:
            await anext(messages)
            await (await channel.get_underlay_channel()).close()


async def test_tries_of_processes_that_died_count_as_well(impatient: AmqpBroker, url: str, until: Until) -> None:
    (event,) = run_of(1)
    impatient._publisher.expect(subscription())
    await publish(impatient, [event])
    await until(has(url, "readers.things", 1))
    await die_with_a_message(url)
    await until(has(url, "readers.things", 1))
    picky = Picky(event)
    await impatient.subscribe(subscription(), picky)
    await until(has(url, PARKED, 1))
    assert picky.offered == 2
