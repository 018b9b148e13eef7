"""Exchanges, queues and bindings by name, and their declaration: the same again and again, by whoever needs them.

    exchange  incidents.events            topic; all events of a service
    queue     files.incidents             what the group files gets of them; SPREAD: files.incidents.0 to .7
    queue     files.incidents.processes   empty; whoever shares the lanes listens to it, to be counted
    queue     files.incidents.parked      what was delivered too often, or could not be read
    queue     gateway.access.<random>     of one process that wants all (EACH); goes with its connection

Each event is published with two routing keys: `<company>.<type>`, for queues of outsiders that may see some companies,
and `lane.<0-7>.<type>`, by which the groups' queues are bound. The lane is drawn from the subject, so each lane has all
of a subject's events. A queue has one active consumer at a time (x-single-active-consumer): that keeps their order.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

from chassis.broker import Sharing, Subscription
from chassis.broker.amqp.limits import Limits
from chassis.events import Envelope

LANES: Final = 8
_ANY_LANE: Final = "*"
_QUORUM: Final = {"x-queue-type": "quorum"}


def lane_of(event: Envelope) -> str:
    """The routing key for the groups' queues."""
    return f"lane.{event.subject.int % LANES}.{event.type}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """A queue as it shall be, with the routing keys by which it is bound to `exchange`."""

    name: str
    exchange: str
    keys: tuple[str, ...]
    parking: str | None
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def lasts(self) -> bool:
        return self.parking is not None


def lanes(subscription: Subscription) -> list[str]:
    """One queue for each of these; they are words of routing keys."""
    return [str(lane) for lane in range(LANES)] if subscription.sharing is Sharing.SPREAD else [_ANY_LANE]


def plan(subscription: Subscription, lane: str, limits: Limits) -> QueuePlan:
    """To be asked anew for each connection: the queue of a single process gets a new name each time."""
    name = base = f"{subscription.group}.{subscription.source}"
    if subscription.sharing is Sharing.EACH:
        name = f"{base}.{uuid4().hex[:12]}"
    elif subscription.sharing is Sharing.SPREAD:
        name = f"{base}.{lane}"
    lasts = subscription.sharing is not Sharing.EACH
    return QueuePlan(
        name=name,
        exchange=_exchange(subscription.source),
        keys=tuple(f"lane.{lane}.{kind}" for kind in sorted(subscription.types)),
        parking=f"{base}.parked" if lasts else None,
        arguments=_arguments(f"{base}.parked", limits) if lasts else {},
    )


async def declare_exchange(channel: AbstractChannel, source: str) -> AbstractExchange:
    return await channel.declare_exchange(_exchange(source), ExchangeType.TOPIC, durable=True)


async def declare(channel: AbstractChannel, plan: QueuePlan) -> AbstractQueue:
    """With its exchange and its parking place. What is there already stays, and the broker refuses what differs."""
    await channel.declare_exchange(plan.exchange, ExchangeType.TOPIC, durable=True)
    if plan.parking is not None:
        await channel.declare_queue(plan.parking, durable=True, arguments={**_QUORUM})
    queue = await channel.declare_queue(
        plan.name, durable=plan.lasts, exclusive=not plan.lasts, arguments=plan.arguments
    )
    for key in plan.keys:
        await queue.bind(plan.exchange, key)
    return queue


async def declare_roster(channel: AbstractChannel, group: str) -> AbstractQueue:
    """Of the processes that share the work of `group` (`files.incidents`)."""
    return await channel.declare_queue(f"{group}.processes", durable=True, arguments={**_QUORUM})


def _exchange(source: str) -> str:
    return f"{source}.events"


def _arguments(parking: str, limits: Limits) -> dict[str, Any]:
    """All are given explicitly: what they are by default differs from release to release of the broker.

    Without a length, nothing is ever rejected for want of room; the pair of overflow and strategy makes sure that what
    goes to the parking place leaves the queue only when it has arrived there.
    """
    return {
        **_QUORUM,
        "x-single-active-consumer": True,
        "x-delivery-limit": limits.tries,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": parking,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-queue-leader-locator": "balanced",
    }
