"""What this service does when others tell it something: one module per service it listens to."""

from dataclasses import dataclass

from chassis.projections import Projection
from chassis.subscriptions import Subscriptions
from services.files.adapters.object_store import ObjectStore


@dataclass(frozen=True, slots=True)
class Kept:
    """What follows the events: the copy of the incidents, and the bytes of their files."""

    incidents: Projection
    objects: ObjectStore


subscriptions: Subscriptions[Kept] = Subscriptions()
