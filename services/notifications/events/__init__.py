"""What this service does when others tell it something: one module per service it listens to, and one for the feed."""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.projections import Projection
from chassis.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Kept:
    """What handlers keep current; `arrived` is to be called when the feed has got something new."""

    incidents: Projection
    arrived: Callable[[], None]


subscriptions: Subscriptions[Kept] = Subscriptions()
