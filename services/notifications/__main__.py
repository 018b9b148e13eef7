"""`python -m services.notifications serve | work | migrate | schema`, and about the broker's queues of other systems:

outside add SUBSCRIBER COMPANY | remove SUBSCRIBER [COMPANY] | user SUBSCRIBER | list
"""

import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from chassis.commandline import OpenRuntime, Service, main
from chassis.errors import Invalid
from services.notifications.app import NAME, new_application, new_runtime
from services.notifications.domain.outside_queues import OutsideQueue, Subscriber
from services.notifications.graphql.schema import schema
from services.notifications.persistence.migrations import VERSIONS
from services.notifications.persistence.rows import Base
from services.notifications.settings import NotificationsSettings, outside_settings
from services.notifications.usecases.offer_queues import (
    Broker,
    add_queue,
    list_queues,
    make_user,
    remove_queue,
    remove_subscriber,
)
from services.notifications.worker import new_worker

_WRONG_USE = 2


async def _outside(_: OpenRuntime, arguments: Sequence[str]) -> int:
    """Needs the broker alone. Raises SettingsError or Fault."""
    settings = outside_settings(os.environ)
    try:
        async for line in _told(Broker(settings.amqp_url, settings.amqp_management_url), arguments):
            sys.stdout.write(f"{line}\n")
    except Invalid as refusal:
        sys.stderr.write(f"{refusal}\n")
        return _WRONG_USE
    return 0


def _told(broker: Broker, arguments: Sequence[str]) -> AsyncIterator[str]:
    """Raises Invalid."""
    match arguments:
        case ["add", subscriber, company]:
            return add_queue(broker, OutsideQueue.of(subscriber, company))
        case ["remove", subscriber, company]:
            return remove_queue(broker, OutsideQueue.of(subscriber, company))
        case ["remove", subscriber]:
            return remove_subscriber(broker, Subscriber.of(subscriber))
        case ["user", subscriber]:
            return make_user(broker, Subscriber.of(subscriber))
        case ["list"]:
            return list_queues(broker)
    raise Invalid("usage: outside add SUBSCRIBER COMPANY | remove SUBSCRIBER [COMPANY] | user SUBSCRIBER | list")


SERVICE = Service(
    name=NAME,
    settings=NotificationsSettings,
    schema=schema,
    metadata=Base.metadata,
    versions=VERSIONS,
    listeners=Path(__file__).parent / "events" / "listeners.json",
    runtime=new_runtime,
    application=new_application,
    worker=new_worker,
    tools={"outside": _outside},
)

if __name__ == "__main__":
    sys.exit(main(SERVICE))
