"""Queues of the broker for other systems: their names, what gets into them, and what their user may do.

A queue has the public events of one company and those of none. What happens to restricted incidents is never in it,
because its routing keys begin with another word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from uuid import UUID

from chassis.errors import Invalid
from chassis.events import GLOBAL
from services.notifications.domain.public_events import PUBLIC, PublicEvent, Stream

PREFIX: Final = "outside"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_OF_NO_COMPANY: Final = frozenset({Stream.COMPANY, Stream.EVERYONE})
_BYTES: Final = 256 * 2**20
_MILLISECONDS: Final = 30 * 24 * 3600 * 1000
_DELIVERIES: Final = 20

# Whoever does not fetch must not hold up the registry: the oldest go when it is full. A queue that refused what does
# not fit would have the broker refuse it to everybody.
ARGUMENTS: Final[Mapping[str, Any]] = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-max-length-bytes": _BYTES,
    "x-overflow": "drop-head",
    "x-message-ttl": _MILLISECONDS,
    "x-delivery-limit": _DELIVERIES,
    "x-queue-leader-locator": "balanced",
}


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Another system, by a name of small letters, digits and hyphens."""

    name: str

    @classmethod
    def of(cls, name: str) -> Self:
        """Raises Invalid."""
        if not _NAME.fullmatch(name):
            raise Invalid(f"{name!r} is no name: use up to 40 small letters, digits and hyphens, such as siem-north.")
        return cls(name)

    @property
    def user(self) -> str:
        """Of the broker; it may read the queues of this subscriber, and nothing else."""
        return f"{PREFIX}.{self.name}"

    @property
    def may_read(self) -> str:
        """As the broker takes it: a regular expression. Names have no dot, so no other subscriber's begin so."""
        return rf"^{PREFIX}\.{self.name}\.[0-9a-f-]{{36}}$"


@dataclass(frozen=True, slots=True)
class OutsideQueue:
    subscriber: Subscriber
    company: UUID

    @classmethod
    def of(cls, subscriber: str, company: str) -> Self:
        """Raises Invalid."""
        try:
            return cls(Subscriber.of(subscriber), UUID(company))
        except ValueError as error:
            raise Invalid(
                f"{company!r} is no id of a company: the graph tells it (companies {{ id name }})."
            ) from error

    @property
    def name(self) -> str:
        return f"{self.subscriber.user}.{self.company}"

    def bindings(self) -> list[tuple[str, str]]:
        """Each a service and a routing key of its exchange."""
        return [(event.source, f"{owner}.{event.type}") for event in PUBLIC.values() for owner in self._owners(event)]

    def _owners(self, event: PublicEvent) -> list[str]:
        return [str(self.company), *([GLOBAL] if event.stream in _OF_NO_COMPANY else [])]
