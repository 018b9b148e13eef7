"""Putting the service together for its background work."""

from functools import partial
from typing import Protocol, runtime_checkable

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Task, Worker
from services.files.adapters.object_store import ObjectStore
from services.files.events import Kept, companies, guide, incidents, subscriptions
from services.files.persistence.projections import Projections
from services.files.usecases.abandon_uploads import keep_collecting
from services.files.usecases.check_file import Examiners
from services.files.usecases.check_waiting import keep_checking
from services.files.usecases.purge_files import keep_purging

LISTENS_TO = (companies, guide, incidents)  # importing them registers what they handle


@runtime_checkable
class _HoldsObjects(Protocol):
    objects: ObjectStore
    checks: int

    @property
    def examiners(self) -> Examiners: ...


def new_worker(runtime: Runtime) -> Worker:
    """Raises TypeError for a runtime without the object store."""
    if not isinstance(runtime, _HoldsObjects):
        raise TypeError("the files service works with its object store")
    kept = Kept(Projections.of(runtime.database, runtime.peer), runtime.objects)
    consumer = Consumer(runtime.name, runtime.database, subscriptions, kept, across_companies=True)
    tasks: dict[str, Task] = {
        "checks": partial(keep_checking, runtime.database, runtime.examiners, at_once=runtime.checks),
        "collection of uploads": partial(keep_collecting, runtime.database, runtime.objects),
        "purging": partial(keep_purging, runtime.database, runtime.objects, runtime.peer("incidents")),
    }
    return Worker(runtime.name, runtime.database, consumer, kept.projections.all(), tasks)
