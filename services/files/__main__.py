"""`python -m services.files serve | work | migrate | schema`, and `bucket`, which makes and prepares the bucket."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from chassis.commandline import OpenRuntime, Service, main
from chassis.settings import SettingsError
from services.files.app import NAME, new_application, new_runtime
from services.files.graphql.schema import schema
from services.files.persistence.migrations import VERSIONS
from services.files.persistence.rows import Base
from services.files.settings import FilesSettings, bucket_settings
from services.files.worker import new_worker

_WRONG_USE = 2


async def _bucket(_: OpenRuntime, arguments: Sequence[str]) -> int:
    """Needs the store alone, and of the settings those of the bucket. Raises SettingsError or Fault."""
    if arguments:
        sys.stderr.write("usage: bucket\n")
        return _WRONG_USE
    try:
        from services.files.adapters.bucket import prepare_bucket
    except ModuleNotFoundError as error:
        raise SettingsError(f"bucket needs the package {error.name}: install incident-registry[bucket]") from error
    settings = bucket_settings(os.environ)
    for line in await prepare_bucket(
        settings.place, origins=settings.allowed_origins, noncurrent_days=settings.s3_noncurrent_days
    ):
        sys.stdout.write(f"{line}\n")
    return 0


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
    tools={"bucket": _bucket},
)

if __name__ == "__main__":
    sys.exit(main(SERVICE))
