"""Putting the service together for its background work."""

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Worker
from services.access.events import subscriptions


def new_worker(runtime: Runtime) -> Worker:
    return Worker(runtime.name, runtime.database, Consumer(runtime.name, runtime.database, subscriptions, None))
