"""The queues by name and arguments, which are the same in every release: the broker refuses another declaration."""

from uuid import UUID

import pytest

from chassis.broker import Sharing, Subscription
from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.faults import BrokerRefuses
from chassis.broker.amqp.limits import DEFAULT, Limits
from chassis.broker.amqp.topology import declare, lane_of, lanes, plan
from tests.support.events import make_event
from tests.support.listener import Listener, subscription
from tests.support.rabbitmq import Processes, channel_to

ARGUMENTS = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": 20,
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "files.incidents.parked",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
    "x-queue-leader-locator": "balanced",
}


def wanted(sharing: Sharing) -> Subscription:
    types = frozenset({"incident.deleted.v1", "incident.changed.v1"})
    return Subscription(group="files", source="incidents", types=types, sharing=sharing)


def test_a_group_served_by_one_process_at_a_time_has_one_queue() -> None:
    (lane,) = lanes(wanted(Sharing.ONE))
    made = plan(wanted(Sharing.ONE), lane, DEFAULT)
    assert (made.name, made.exchange, made.parking) == ("files.incidents", "incidents.events", "files.incidents.parked")
    assert made.keys == ("lane.*.incident.changed.v1", "lane.*.incident.deleted.v1")
    assert made.arguments == ARGUMENTS


def test_a_group_that_shares_has_a_queue_for_each_lane() -> None:
    made = [plan(wanted(Sharing.SPREAD), lane, DEFAULT) for lane in lanes(wanted(Sharing.SPREAD))]
    assert [each.name for each in made] == [f"files.incidents.{number}" for number in range(8)]
    assert made[3].keys == ("lane.3.incident.changed.v1", "lane.3.incident.deleted.v1")
    assert {each.parking for each in made} == {"files.incidents.parked"}
    assert all(each.arguments == ARGUMENTS for each in made)


def test_a_single_process_has_a_queue_of_its_own_that_goes_with_it() -> None:
    (lane,) = lanes(wanted(Sharing.EACH))
    first, second = (plan(wanted(Sharing.EACH), lane, DEFAULT) for _ in range(2))
    assert first.name != second.name
    assert not first.lasts
    assert first.arguments == {}


def test_the_lane_is_that_of_the_subject_whatever_happens_to_it() -> None:
    subject = UUID("01890000-0000-7000-8000-00000000000d")
    keys = [lane_of(make_event(subject=subject, restricted=restricted, type="a.b.v1")) for restricted in (False, True)]
    assert keys == ["lane.5.a.b.v1"] * 2


async def test_what_is_there_already_is_declared_again_without_harm(url: str, broker: AmqpBroker) -> None:
    await broker.subscribe(subscription(), Listener())
    async with channel_to(url) as channel:
        await declare(channel, plan(subscription(), "*", DEFAULT))


async def test_a_queue_that_was_made_otherwise_is_named_with_the_difference_and_the_way_out(
    processes: Processes,
) -> None:
    other, broker = processes.start(limits=Limits(tries=5)), processes.start()
    await other.subscribe(subscription(), Listener())
    with pytest.raises(BrokerRefuses, match=r"x-delivery-limit.*readers.things.*delete it when it is empty"):
        await broker.subscribe(subscription(), Listener())
    with pytest.raises(BrokerRefuses, match="x-delivery-limit"):
        await broker.publish([make_event()])
