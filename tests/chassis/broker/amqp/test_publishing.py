"""A batch is published when the broker has all of it, in order, in the queues of all that listen."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chassis.broker import Sharing
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.limits import Limits
from chassis.errors import Fault
from deploy.local.rabbitmq.server import RabbitServer
from tests.support.events import make_event
from tests.support.listener import Listener, publish, run_of, subscription
from tests.support.rabbitmq import Processes, channel_to, has, take

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]


@pytest.fixture
def publisher(processes: Processes) -> AmqpBroker:
    """Of a process that does not listen itself, and knows who does."""
    return processes.start(listeners=[subscription()], limits=Limits(publish=1.0))


async def test_what_nobody_listens_to_is_published_all_the_same(broker: AmqpBroker) -> None:
    await broker.publish(run_of(3))


async def test_a_listener_that_never_ran_gets_everything_when_it_does(
    publisher: AmqpBroker, broker: AmqpBroker, until: Until
) -> None:
    await publisher.publish(run_of(5))
    late = Listener()
    await broker.subscribe(subscription(), late)
    await until(lambda: len(late.taken) == 5)
    assert late.positions() == [1, 2, 3, 4, 5]


async def test_a_queue_that_vanished_is_noticed_and_made_again(publisher: AmqpBroker, url: str, until: Until) -> None:
    await publisher.publish(run_of(1))
    async with channel_to(url) as channel:
        await channel.queue_delete("readers.things")
    with pytest.raises(Fault, match=r"has no queue for thing.changed.v1 of things, to which somebody listens"):
        await publisher.publish(run_of(2))
    await publisher.publish(run_of(2))
    await until(has(url, "readers.things", 2))


async def test_a_refused_message_fails_the_batch_and_the_next_goes_over_another_channel(
    publisher: AmqpBroker, url: str, until: Until
) -> None:
    await publisher.publish(run_of(1))
    before = publisher._publisher._channel
    full: dict[str, Any] = {"x-max-length": 0, "x-overflow": "reject-publish"}
    async with channel_to(url) as channel:
        queue = await channel.declare_queue("full", exclusive=True, arguments=full)
        await queue.bind("things.events", "#")
        with pytest.raises(Fault, match="did not take a message"):
            await publisher.publish(run_of(3))
        await queue.delete(if_unused=False, if_empty=False)
    await publisher.publish(run_of(3))
    assert publisher._publisher._channel is not before
    await until(has(url, "readers.things", 1 + 3 + 3))


async def test_a_broker_short_of_memory_stops_publishers_and_nobody_else(
    publisher: AmqpBroker, broker: AmqpBroker, rabbitmq_server: RabbitServer, until: Until
) -> None:
    listener, events = Listener(), run_of(5)
    await publisher.publish(events[:2])
    await rabbitmq_server.control("set_vm_memory_high_watermark", "0.0000001")
    try:
        with pytest.raises(Fault, match="did not answer within 1 s"):
            await publisher.publish(events[2:])
        await broker.subscribe(subscription(), listener)
        await until(lambda: listener.positions() == [1, 2])
    finally:
        await rabbitmq_server.control("set_vm_memory_high_watermark", "absolute", "512MB")
    await publish(publisher, events[2:])
    await until(lambda: listener.positions() == [1, 2, 3, 4, 5])


async def test_a_cancelled_publish_hinders_no_later_one(
    publisher: AmqpBroker, broker: AmqpBroker, until: Until
) -> None:
    listener, events = Listener(), run_of(200)
    await broker.subscribe(subscription(), listener)
    await publisher.publish(events[:1])
    publishing = asyncio.create_task(publisher.publish(events[1:]))
    await asyncio.sleep(0)
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    await publisher.publish(events[1:])
    await until(lambda: len(listener.positions()) == 200)
    assert listener.positions() == list(range(1, 201))


async def test_a_message_carries_what_others_need_to_route_and_read_it(publisher: AmqpBroker, url: str) -> None:
    event = make_event(restricted=True)
    await publisher.publish([event])
    async with channel_to(url) as channel:
        outsider = await channel.declare_queue(exclusive=True)
        await outsider.bind("things.events", f"restricted.{event.company_id}.#")
        await publisher.publish([event])
        seen = await outsider.get(no_ack=True)
    assert seen.routing_key == f"restricted.{event.company_id}.thing.changed.v1"
    assert (seen.content_type, seen.message_id) == ("application/cloudevents+json", str(event.id))
    assert seen.type == "org.incidentregistry.thing.changed.v1"
    assert "BCC" not in seen.headers
    assert (await take(url, "readers.things")).delivery_mode == 2


async def test_a_queue_of_a_company_gets_nothing_that_is_restricted(publisher: AmqpBroker, url: str) -> None:
    restricted = make_event(restricted=True)
    open_to_all = make_event(company_id=restricted.company_id)
    await publisher.publish([restricted])
    async with channel_to(url) as channel:
        outsider = await channel.declare_queue(exclusive=True)
        await outsider.bind("things.events", f"{restricted.company_id}.#")
        await publisher.publish([restricted, open_to_all, restricted])
        seen = await outsider.get(no_ack=True)
        assert await outsider.get(no_ack=True, fail=False) is None
    assert seen.message_id == str(open_to_all.id)


async def test_a_process_that_hears_for_itself_alone_is_not_waited_for(broker: AmqpBroker) -> None:
    listener = Listener()
    await broker.subscribe(subscription(sharing=Sharing.EACH), listener)
    await broker.publish([make_event(source="others"), make_event()])
    assert not broker._publisher._listeners
