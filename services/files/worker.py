"""Putting the service together for its background work."""

from typing import Protocol, runtime_checkable

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Worker
from services.files.adapters.object_store import ObjectStore
from services.files.events import Kept, incidents, subscriptions
from services.files.persistence.projections import Projections

LISTENS_TO = (incidents,)  # importing them registers what they handle


@runtime_checkable
class _HoldsObjects(Protocol):
    objects: ObjectStore


def new_worker(runtime: Runtime) -> Worker:
    """Raises TypeError for a runtime without the object store."""
    if not isinstance(runtime, _HoldsObjects):
        raise TypeError("the files service works with its object store")
    kept = Kept(Projections.of(runtime.database, runtime.peer("incidents")).incidents, runtime.objects)
    consumer = Consumer(runtime.name, runtime.database, subscriptions, kept)
    return Worker(runtime.name, runtime.database, consumer, (kept.incidents,))
