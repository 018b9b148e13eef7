"""Who takes a queue, and what is put aside, outlive the leader of the queue."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import Limits
from chassis.events import Envelope
from tests.support.cluster_traffic import Traffic, move
from tests.support.events import first_deliveries
from tests.support.listener import publish, run_of, subscription
from tests.support.rabbit_cluster import Cluster, Node
from tests.support.rabbitmq import channel_to, has

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
Prove = Callable[[Traffic], Awaitable[None]]
Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
PICKY, EVENTS, BATCH = subscription("picky"), 600, 10
QUEUE, PARKED = "picky.things", "picky.things.parked"


class Picky:
    """Never takes every tenth event."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.never: set[str] = set()

    async def __call__(self, events: Sequence[Envelope]) -> None:
        unwanted = {str(event.id) for event in events if event.position % 10 == 0}
        self.never |= unwanted
        if unwanted:
            raise ValueError("never")
        self.taken += events


@pytest.fixture
async def broker(cluster: Cluster) -> AsyncIterator[AmqpBroker]:
    made = AmqpBroker(cluster.url, "picky", listeners=[PICKY], limits=Limits(tries=3, longest_pause=0.02))
    yield made
    await made.close()


def other(cluster: Cluster, than: Node) -> Node:
    return next(node for node in cluster.nodes if node is not than)


async def test_the_process_that_takes_a_queue_goes_on_under_a_new_leader_and_the_next_follows_when_it_ends(
    cluster: Cluster, traffic: Traffic, proven: Prove
) -> None:
    leading = await cluster.leader(traffic.queues[0])
    for broker in traffic.brokers:
        await move(broker, other(cluster, leading))
    await traffic.flows()
    takers = traffic.effects[traffic.alone].takers
    before = [*takers]
    await leading.kill()
    await traffic.flows(500)
    assert takers == before
    await traffic.listeners[traffic.alone][before[-1]].close()
    await traffic.flows()
    assert takers == [*before, 1 - before[-1]]
    await leading.start()
    await cluster.holds(traffic.queues)
    await proven(traffic)


async def test_what_is_never_taken_is_parked_while_the_leader_dies_and_all_else_is_taken_once_in_order(
    cluster: Cluster, broker: AmqpBroker, until: Until, capsys: pytest.CaptureFixture[str]
) -> None:
    picky, events = Picky(), run_of(EVENTS)
    await broker.subscribe(PICKY, picky)
    await cluster.holds([QUEUE, PARKED])
    publishing = asyncio.create_task(publish_all(broker, events))
    await until(lambda: len(picky.never) > 5)
    killed = await cluster.leader(PARKED)
    await killed.kill()
    await publishing
    wanted = [event for event in events if event.position % 10]
    await until(lambda: len(first_deliveries(picky.taken)) == len(wanted))
    await killed.start()
    await cluster.holds([QUEUE, PARKED])
    await until(has(cluster.url, QUEUE, 0))
    parked = await all_of(cluster.url, PARKED)
    with capsys.disabled():
        print(f"\n  {len(wanted)} taken, {len(parked)} parked, {len(set(parked))} of them once")  # noqa: T201  # for the person who runs it
    assert first_deliveries(picky.taken) == wanted
    assert {*parked} == picky.never == {str(event.id) for event in events if event.position % 10 == 0}


async def publish_all(broker: AmqpBroker, events: Sequence[Envelope]) -> None:
    for start in range(0, len(events), BATCH):
        await publish(broker, events[start : start + BATCH])
        await asyncio.sleep(0.05)


async def all_of(url: str, queue: str) -> list[str]:
    """Takes out what is there, and tells the ids."""
    taken = []
    async with channel_to(url) as channel:
        parked = await channel.get_queue(queue)
        while (message := await parked.get(fail=False, no_ack=True, timeout=5)) is not None:
            taken.append(str(message.message_id))
    return taken
