"""The bucket of the files service, in any S3 store."""

from collections.abc import Mapping

from services.files.adapters import bucket
from services.files.settings import bucket_settings


async def prepare_bucket(environment: Mapping[str, str]) -> str:
    """Make the bucket of the files service, and have the store do with it what the service wants."""
    settings = bucket_settings(environment)
    lines = await bucket.prepare_bucket(
        settings.place, origins=settings.allowed_origins, noncurrent_days=settings.s3_noncurrent_days
    )
    return "\n".join(lines)
