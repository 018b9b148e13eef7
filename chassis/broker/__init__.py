"""Carrying events from the service that tells them to the services that listen."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from chassis.events import Envelope

Handler: TypeAlias = Callable[[Sequence[Envelope]], Awaitable[None]]


class Sharing(StrEnum):
    """Which processes of a group get its events."""

    ONE = "one"  # one of them gets all, in their order; the others wait to take its place
    SPREAD = "spread"  # all of them share; those about one subject go to one of them, in their order
    EACH = "each"  # every one gets all, in their order, but nothing of the time before it listens


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one consumer group wants: the events of `source` with one of these `types` (short names, `noun.verb.v1`)."""

    group: str
    source: str
    types: frozenset[str]
    sharing: Sharing = Sharing.ONE


class Broker(Protocol):
    """Delivers each published event at least once to every group that subscribed to it before.

    Events of one source reach a group in the order they were published, or what `sharing` leaves of it. A handler that
    raises has not taken its events: they are delivered again. tests/chassis/broker holds every implementation to this.
    """

    async def publish(self, events: Sequence[Envelope]) -> None:
        """Returns when every event is safely handed over. Raises Fault when that is not certain: publish again."""
        ...

    async def subscribe(self, subscription: Subscription, handler: Handler) -> None:
        """From now on `handler` gets the subscription's events, a few at a time, never two calls at once.

        Raises Fault when a person has to put something right first; what passes is waited for.
        """
        ...

    async def close(self) -> None: ...
