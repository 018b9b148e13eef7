"""Putting the service together for its background work."""

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Worker
from services.incidents.events import access, directories, subscriptions
from services.incidents.persistence.projections import Projections
from services.incidents.usecases.announce_overdue import announce_for_ever

LISTENS_TO = (access, directories)  # importing them registers what they handle


def new_worker(runtime: Runtime) -> Worker:
    projections = Projections.of(runtime.database, runtime.peer("access"), runtime.peer("directories"))
    consumer = Consumer(runtime.name, runtime.database, subscriptions, projections)

    async def announce() -> None:
        await announce_for_ever(runtime.database)

    tasks = {"announcement of what is overdue": announce}
    return Worker(runtime.name, runtime.database, consumer, projections.all(), tasks)
