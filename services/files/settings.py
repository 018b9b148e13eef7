"""The settings of this service, read from FILES_... variables."""

from chassis.runtime import ServiceSettings


class FilesSettings(ServiceSettings):
    """Beyond what every service has: where the bytes are kept. The bucket must exist."""

    s3_endpoint: str
    s3_bucket: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str = "us-east-1"
