"""`python -m services.directories serve | work | migrate | schema`."""

import sys
from pathlib import Path

from chassis.commandline import Service, main
from services.directories.app import NAME, fill, new_application, new_runtime
from services.directories.graphql.schema import schema
from services.directories.persistence.migrations import VERSIONS
from services.directories.persistence.rows import Base
from services.directories.settings import DirectoriesSettings
from services.directories.worker import new_worker

SERVICE = Service(
    name=NAME,
    settings=DirectoriesSettings,
    schema=schema,
    metadata=Base.metadata,
    versions=VERSIONS,
    listeners=Path(__file__).parent / "events" / "listeners.json",
    runtime=new_runtime,
    application=new_application,
    worker=new_worker,
    fill=fill,
)

if __name__ == "__main__":
    sys.exit(main(SERVICE))
