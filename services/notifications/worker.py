"""Putting the service together for its background work."""

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Worker
from services.notifications.events import incidents, subscriptions
from services.notifications.persistence.projections import Projections

LISTENS_TO = (incidents,)  # importing them registers what they handle


def new_worker(runtime: Runtime) -> Worker:
    projections = Projections.of(runtime.database, runtime.peer("incidents"))
    consumer = Consumer(runtime.name, runtime.database, subscriptions, projections)
    return Worker(runtime.name, runtime.database, consumer, projections.all())
