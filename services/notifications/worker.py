"""Putting the service together for its background work."""

from functools import partial
from typing import Protocol, runtime_checkable

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Task, Worker
from services.notifications.events import Kept, feed, incidents, subscriptions
from services.notifications.persistence.projections import Projections
from services.notifications.usecases.order_feed import FeedOrder, keep_dropping

LISTENS_TO = (feed, incidents)  # importing them registers what they handle


@runtime_checkable
class _KeepsFeed(Protocol):
    feed_days: int


def new_worker(runtime: Runtime) -> Worker:
    """Raises TypeError for a runtime that does not say how long the feed is kept."""
    if not isinstance(runtime, _KeepsFeed):
        raise TypeError("the feed is kept for a number of days")
    projections = Projections.of(runtime.database, runtime.peer("incidents"))
    order = FeedOrder(runtime.database.engine)
    kept = Kept(projections.incidents, order.wake)
    consumer = Consumer(runtime.name, runtime.database, subscriptions, kept, across_companies=True)
    tasks: dict[str, Task] = {
        "order of the feed": order.run,
        "days of the feed": partial(keep_dropping, runtime.database.engine, runtime.feed_days),
    }
    return Worker(runtime.name, runtime.database, consumer, projections.all(), tasks)
