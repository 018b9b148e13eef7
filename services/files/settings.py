"""The settings of this service, read from FILES_... variables."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, Json

from chassis.runtime import ServiceSettings
from chassis.settings import Address, Settings, load, variables
from services.files.adapters.s3.place import Place

_PREFIX: Final = "FILES"
_KEEP_DAYS: Final = 30


def _origin(given: str) -> str:
    """As browsers send it. Raises ValueError."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or given != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("an origin is like https://registry.example.org, without a slash at its end")
    return given.lower()


class BucketSettings(Settings):
    """Where the bytes are kept, and what `bucket` makes the store do with them."""

    s3_endpoint: Address
    s3_public_endpoint: Address | None = None
    s3_bucket: str = Field(min_length=1)
    s3_access_key: str
    s3_secret_key: str
    s3_region: str = "us-east-1"
    s3_noncurrent_days: int = Field(default=_KEEP_DAYS, ge=1)
    allowed_origins: Json[list[Annotated[str, AfterValidator(_origin)]]] = Field(default_factory=list)

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
    """Beyond what every service has: where the bytes are kept. The bucket must exist."""


def bucket_settings(environment: Mapping[str, str]) -> BucketSettings:
    """From the variables of the service, or from those of the bucket alone. Raises SettingsError."""
    others = set(variables(FilesSettings, _PREFIX)) - set(variables(BucketSettings, _PREFIX))
    return load(BucketSettings, _PREFIX, {name: environment[name] for name in environment if name not in others})
