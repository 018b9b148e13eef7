"""What this service does when others tell it something: one module per service it listens to."""

from dataclasses import dataclass

from chassis.subscriptions import Subscriptions
from services.files.adapters.object_store import ObjectStore
from services.files.persistence.projections import Projections


@dataclass(frozen=True, slots=True)
class Kept:
    """What follows the events: the copies of the owners of files, and the bytes of these."""

    projections: Projections
    objects: ObjectStore


subscriptions: Subscriptions[Kept] = Subscriptions()
