"""`python -m services.access serve | work | migrate | schema`."""

import sys
from pathlib import Path

from chassis.commandline import Service, main
from services.access.app import NAME, new_application, new_runtime
from services.access.graphql.schema import schema
from services.access.persistence.migrations import VERSIONS
from services.access.persistence.rows import Base
from services.access.settings import AccessSettings
from services.access.worker import new_worker

SERVICE = Service(
    name=NAME,
    settings=AccessSettings,
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
