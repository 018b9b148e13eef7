"""The settings of this service, read from FILES_... variables."""

from pydantic import Field

from chassis.runtime import ServiceSettings
from chassis.settings import Address


class FilesSettings(ServiceSettings):
    """Beyond what every service has: where the bytes are kept. The bucket must exist."""

    s3_endpoint: Address
    s3_bucket: str = Field(min_length=1)
    s3_access_key: str
    s3_secret_key: str
    s3_region: str = "us-east-1"
