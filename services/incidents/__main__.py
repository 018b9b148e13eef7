"""`python -m services.incidents serve | work | migrate | schema`."""

import sys
from pathlib import Path

from chassis.commandline import Service, main
from services.incidents.app import NAME, new_application, new_runtime
from services.incidents.graphql.schema import schema
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.rows import Base
from services.incidents.settings import IncidentsSettings
from services.incidents.worker import new_worker

SERVICE = Service(
    name=NAME,
    settings=IncidentsSettings,
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
