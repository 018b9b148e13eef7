"""The settings of this service, read from FILES_... variables."""

from collections.abc import Mapping
from typing import Final

from pydantic import DirectoryPath, Field, Json

from chassis.runtime import ServiceSettings
from chassis.settings import Address, Origin, Settings, load, variables
from services.files.adapters.s3.place import Place
from services.files.domain.retention import LONGEST, SHORTEST

_PREFIX: Final = "FILES"
_KEEP_DAYS: Final = 30


class BucketSettings(Settings):
    """Where the bytes are kept, and what `bucket` makes the store do with them."""

    s3_endpoint: Address
    s3_public_endpoint: Address | None = None
    s3_bucket: str = Field(min_length=1)
    s3_access_key: str
    s3_secret_key: str
    s3_region: str = "us-east-1"
    s3_noncurrent_days: int = Field(default=_KEEP_DAYS, ge=1)
    allowed_origins: Json[list[Origin]] = Field(default_factory=list)

    @property
    def place(self) -> Place:
        return Place(
            bucket=self.s3_bucket,
            endpoint=self.s3_endpoint,
            public_endpoint=self.s3_public_endpoint or self.s3_endpoint,
            region=self.s3_region,
            access_key=self.s3_access_key,
            secret_key=self.s3_secret_key,
        )


class FilesSettings(ServiceSettings, BucketSettings):
    """Beyond what every service has: where the bytes are kept, and how many. The bucket must exist.

    `work_folder` holds a copy of each file while it is checked, so it needs room for `checks` of the largest.
    """

    largest_bytes: int = Field(default=5 * 2**30, ge=1, le=2**40)
    company_bytes: int | None = Field(default=None, ge=1)
    retention_days: int = Field(default=90, ge=SHORTEST, le=LONGEST)
    checks: int = Field(default=2, ge=1, le=32)
    work_folder: DirectoryPath | None = None
    clamav: str | None = Field(default=None, pattern=r"^(unix:/.+|[^:/\s]+:[0-9]{1,5})$")


def bucket_settings(environment: Mapping[str, str]) -> BucketSettings:
    """From the variables of the service, or from those of the bucket alone. Raises SettingsError."""
    others = set(variables(FilesSettings, _PREFIX)) - set(variables(BucketSettings, _PREFIX))
    return load(BucketSettings, _PREFIX, {name: environment[name] for name in environment if name not in others})
