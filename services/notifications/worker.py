"""Putting the service together for its background work."""

from functools import partial
from typing import Protocol, runtime_checkable

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Task, Worker
from services.notifications.events import Kept, feed, incidents, subscriptions
from services.notifications.persistence.projections import Projections
from services.notifications.usecases.deliver import Delivering
from services.notifications.usecases.drop_deliveries import keep_dropping_deliveries
from services.notifications.usecases.order_feed import FeedOrder, keep_dropping
from services.notifications.usecases.queue_deliveries import Queueing
from services.notifications.usecases.send_messages import PostOffice, keep_sending
from services.notifications.usecases.webhook_tools import WebhookTools

LISTENS_TO = (feed, incidents)  # importing them registers what they handle


@runtime_checkable
class _Knows(Protocol):
    feed_days: int
    webhooks: WebhookTools

    @property
    def office(self) -> PostOffice | None: ...


def new_worker(runtime: Runtime) -> Worker:
    """Raises TypeError for a runtime that does not say how long the feed is kept, by whom mail is sent, or how webhooks
    are called.
    """
    if not isinstance(runtime, _Knows):
        raise TypeError("the feed is kept for a number of days, and mail is sent by somebody or nobody")
    projections = Projections.of(runtime.database, runtime.peer("incidents"))
    order = FeedOrder(runtime.database.engine)
    kept = Kept(projections.incidents, order.wake)
    consumer = Consumer(runtime.name, runtime.database, subscriptions, kept, across_companies=True)
    tools, database = runtime.webhooks, runtime.database
    tasks: dict[str, Task] = {
        "order of the feed": order.run,
        "days of the feed": partial(keep_dropping, runtime.database.engine, runtime.feed_days),
        "queue of webhooks": Queueing(database, tools).run,
        "webhooks": Delivering(database, tools).run,
        "days of webhooks": partial(keep_dropping_deliveries, database, runtime.feed_days),
    }
    if (office := runtime.office) is not None:
        tasks["mail"] = partial(keep_sending, office)
    return Worker(runtime.name, runtime.database, consumer, projections.all(), tasks)
