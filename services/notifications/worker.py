"""Putting the service together for its background work."""

from functools import partial

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Task, Worker
from services.notifications.app import NotificationsRuntime
from services.notifications.events import Kept, feed, incidents, subscriptions
from services.notifications.persistence.projections import Projections
from services.notifications.usecases.order_feed import FeedOrder, keep_dropping

LISTENS_TO = (feed, incidents)  # importing them registers what they handle


def new_worker(runtime: Runtime) -> Worker:
    """Raises TypeError for a runtime of another service."""
    if not isinstance(runtime, NotificationsRuntime):
        raise TypeError("this is no runtime of notifications")
    projections = Projections.of(runtime.database, runtime.peer("incidents"))
    order = FeedOrder(runtime.database.engine)
    kept = Kept(projections.incidents, order.wake)
    consumer = Consumer(runtime.name, runtime.database, subscriptions, kept)
    tasks: dict[str, Task] = {
        "order of the feed": order.run,
        "days of the feed": partial(keep_dropping, runtime.database.engine, runtime.feed_days),
    }
    return Worker(runtime.name, runtime.database, consumer, projections.all(), tasks)
