"""`python -m services.files serve | work | migrate | schema`."""

import sys
from pathlib import Path

from chassis.commandline import Service, main
from services.files.app import NAME, new_application, new_runtime
from services.files.graphql.schema import schema
from services.files.persistence.migrations import VERSIONS
from services.files.persistence.rows import Base
from services.files.settings import FilesSettings
from services.files.worker import new_worker

SERVICE = Service(
    name=NAME,
    settings=FilesSettings,
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
