"""Putting the service together for its background work."""

from functools import partial

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Task, Worker
from services.incidents.events import access, directories, files, subscriptions
from services.incidents.persistence.projections import Projections
from services.incidents.settings import retention_of
from services.incidents.usecases.announce_overdue import announce_for_ever
from services.incidents.usecases.purge_incidents import keep_purging

LISTENS_TO = (access, directories, files)  # importing them registers what they handle


def new_worker(runtime: Runtime) -> Worker:
    projections = Projections.of(runtime.database, runtime.peer("access"), runtime.peer("directories"))
    consumer = Consumer(runtime.name, runtime.database, subscriptions, projections)
    purging = partial(keep_purging, runtime.database, retention_of(runtime))

    async def announce() -> None:
        await announce_for_ever(runtime.database)

    tasks: dict[str, Task] = {"announcement of what is overdue": announce, "purging": purging}
    return Worker(runtime.name, runtime.database, consumer, projections.all(), tasks)
