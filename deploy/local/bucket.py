"""The bucket of our own store, open to the pages of this registry."""

from typing import Final

import structlog

from chassis.errors import Fault
from chassis.settings import load
from deploy.local.environment import Surroundings, chosen, surrounded
from deploy.local.errors import CannotStart
from services.files.adapters.bucket import prepare_bucket
from services.files.settings import BucketSettings

_log: Final = structlog.get_logger(__name__)


async def open_bucket(surroundings: Surroundings) -> None:
    """What whoever starts the registry has set besides counts too. Raises CannotStart."""
    made = surrounded(chosen("FILES", BucketSettings), surroundings.of_store())
    settings = load(BucketSettings, "FILES", made)
    origins = list(dict.fromkeys([surroundings.url, *settings.allowed_origins]))
    try:
        lines = await prepare_bucket(settings.place, origins=origins, noncurrent_days=settings.s3_noncurrent_days)
    except Fault as fault:
        raise CannotStart(f"The object store does not do as it should: {fault}") from fault
    _log.info("bucket.prepared", steps=lines)
