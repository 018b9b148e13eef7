"""`python -m services.notifications serve | work | migrate | schema`."""

import sys
from pathlib import Path

from chassis.commandline import Service, main
from services.notifications.app import NAME, new_application, new_runtime
from services.notifications.graphql.schema import schema
from services.notifications.persistence.migrations import VERSIONS
from services.notifications.persistence.rows import Base
from services.notifications.settings import NotificationsSettings
from services.notifications.worker import new_worker

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
)

if __name__ == "__main__":
    sys.exit(main(SERVICE))
