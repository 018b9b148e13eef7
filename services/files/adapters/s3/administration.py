"""What is done to a bucket as a whole by the SDK of MinIO: making it, its versions, and what it forgets by itself.

The SDK waits in its thread. It is imported by nothing that serves or works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.error import MinioException, S3Error, ServerError
from minio.lifecycleconfig import (
    AbortIncompleteMultipartUpload,
    Expiration,
    LifecycleConfig,
    NoncurrentVersionExpiration,
    Rule,
)
from minio.versioningconfig import VersioningConfig

from chassis.errors import Fault
from services.files.adapters.s3.complaints import Complaint
from services.files.adapters.s3.place import Place
from services.files.adapters.s3.requests import Refused

_SECONDS: Final = 10.0
UNFINISHED_DAYS: Final = 2
_UNFINISHED, _NONCURRENT = "registry-unfinished", "registry-noncurrent"
_EVERYTHING: Final = Filter(prefix="")
_MADE_MEANWHILE: Final = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class Administration:
    """Of one bucket. Raises Refused for what the store does not do, Fault when it does not answer."""

    def __init__(self, place: Place) -> None:
        parts = urlsplit(place.endpoint)
        self._place = place
        self._client = Minio(
            parts.netloc,
            access_key=place.access_key,
            secret_key=place.secret_key,
            secure=parts.scheme == "https",
            region=place.region,
            http_client=urllib3.PoolManager(timeout=_SECONDS, retries=urllib3.Retry(1, redirect=False)),
        )

    def make(self) -> bool:
        """False when it was there."""
        bucket = self._place.bucket
        with self._heard():
            if self._client.bucket_exists(bucket):
                return False
            try:
                self._client.make_bucket(bucket)
            except S3Error as error:
                if error.code not in _MADE_MEANWHILE or not self._client.bucket_exists(bucket):
                    raise
        return True

    def keep_versions(self) -> None:
        with self._heard():
            self._client.set_bucket_versioning(self._place.bucket, VersioningConfig(ENABLED))

    def forget_unfinished(self) -> None:
        """Parts of uploads that were begun days ago."""
        abort = AbortIncompleteMultipartUpload(days_after_initiation=UNFINISHED_DAYS)
        self._rule(Rule(ENABLED, _EVERYTHING, _UNFINISHED, abort_incomplete_multipart_upload=abort))

    def forget_noncurrent(self, days: int) -> None:
        """Versions that were replaced or deleted so many days ago, and the marks where nothing is left."""
        noncurrent = NoncurrentVersionExpiration(noncurrent_days=days)
        marks = Expiration(expired_object_delete_marker=True)
        self._rule(Rule(ENABLED, _EVERYTHING, _NONCURRENT, noncurrent_version_expiration=noncurrent, expiration=marks))

    def _rule(self, rule: Rule) -> None:
        """Beside those of others."""
        with self._heard():
            found = self._client.get_bucket_lifecycle(self._place.bucket)
            others = [other for other in found.rules if other.rule_id != rule.rule_id] if found else []
            self._client.set_bucket_lifecycle(self._place.bucket, LifecycleConfig([*others, rule]))

    @contextmanager
    def _heard(self) -> Iterator[None]:
        try:
            yield
        except MinioException as error:
            raise Refused(_complaint(error)) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Fault("object store", f"the bucket {self._place.bucket} does not answer") from error


def _complaint(error: MinioException) -> Complaint:
    if isinstance(error, S3Error):
        return Complaint(error.code or "", error.response.status)
    return Complaint("", error.status_code if isinstance(error, ServerError) else 0)
