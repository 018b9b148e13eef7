"""How much waits for a group, for those who look after it: at the broker, in this process, and in the parking place."""

from contextlib import suppress
from typing import Final

from aio_pika.abc import AbstractChannel

from chassis.broker import Sharing, Subscription
from chassis.broker.amqp.faults import within
from chassis.broker.amqp.limits import Limits
from chassis.broker.amqp.topology import lanes, plan
from chassis.errors import Fault
from chassis.metrics import Gauge, Sample

_LAG: Final = Gauge(
    "consumer_lag_events",
    "Events not yet handled: `queued` at the broker, for all processes of the group, or `taken` into this one.",
    ("group", "source", "where"),
)
_PARKED: Final = Gauge("broker_dead_letters", "Messages that the broker has parked for the group.", ("group", "source"))


async def backlog(subscription: Subscription, taken: int, channel: AbstractChannel, limits: Limits) -> list[Sample]:
    """The queue of a process alone (EACH) is not asked: it has a new name each time. Raises Fault."""
    labels = subscription.group, subscription.source
    held = Sample(_LAG, (*labels, "taken"), taken)
    if subscription.sharing is Sharing.EACH:
        return [held]
    plans = [plan(subscription, lane, limits) for lane in lanes(subscription)]
    queued = sum([await _waiting(channel, each.name, limits) for each in plans])
    parked = sum([await _waiting(channel, name, limits) for name in {each.parking for each in plans} if name])
    return [held, Sample(_LAG, (*labels, "queued"), queued), Sample(_PARKED, labels, parked)]


async def _waiting(channel: AbstractChannel, queue: str, limits: Limits) -> int:
    async with within(limits.answer):
        found = await channel.declare_queue(queue, passive=True)
    return found.declaration_result.message_count or 0


async def leave(channel: AbstractChannel, limits: Limits) -> None:
    """One that the broker has closed, because a queue was missing, is closed already."""
    with suppress(Fault):
        async with within(limits.answer):
            await channel.close()
