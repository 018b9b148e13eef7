"""Keeping the bytes of files in a bucket of an S3 server."""

import asyncio
import re
from datetime import timedelta
from typing import Final, Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from chassis.errors import Fault

_REQUEST: Final = timedelta(seconds=30)
_RETRIES: Final = 2  # the default keeps a caller of an unreachable server waiting for minutes
_RETRY_FOR: Final = timedelta(seconds=10)
_CHECK_SECONDS: Final = 2.0
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")  # of S3; the library has no type of error for what it tells
_NO_BUCKET: Final = "NoSuchBucket"
_NO_RIGHT: Final = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"})
_NOTHING: Final = "readiness"  # a folder that is never filled, so that looking into it costs the same for ever


class StoreRefuses(Fault):
    """Waiting does not help: there is no such bucket, or the key has no right to it."""


class ObjectStore(Protocol):
    """Bytes by key. Raises Fault when the store does not answer or refuses."""

    async def put(self, key: str, content: bytes, media_type: str) -> None: ...

    async def delete(self, key: str) -> None:
        """What is not there needs no deleting."""
        ...

    async def check(self) -> None:
        """Raises StoreRefuses for what a person has to put right."""
        ...


class S3ObjectStore:
    """One bucket. Objects leave it as attachments only, whatever their media type says."""

    def __init__(self, bucket: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> None:
        self._bucket = bucket
        self._store = S3Store(
            bucket,
            endpoint=endpoint,
            region=region,
            access_key_id=access_key,
            secret_access_key=secret_key,
            virtual_hosted_style_request=False,
            checksum_algorithm="sha256",
            client_options={"allow_http": endpoint.startswith("http://"), "timeout": _REQUEST},
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_FOR},
        )

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        described = {"Content-Type": media_type, "Content-Disposition": "attachment"}
        try:
            await obstore.put_async(self._store, key, content, attributes=described)
        except (BaseError, OSError) as error:
            raise self._fault("did not take an object") from error

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:  # some servers tell that, S3 itself does not
            return
        except (BaseError, OSError) as error:
            raise self._fault("did not delete an object") from error

    async def check(self) -> None:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await obstore.list_with_delimiter_async(self._store, prefix=_NOTHING)
        except (BaseError, OSError) as error:
            remedy = _remedy(str(error))
            if remedy is not None:
                raise StoreRefuses("object store", f"the bucket {self._bucket} {remedy}") from error
            raise self._fault("does not answer") from error

    def _fault(self, reason: str) -> Fault:
        return Fault("object store", f"the bucket {self._bucket} {reason}")


def _remedy(complaint: str) -> str | None:
    """What a person has to do; None for what may pass by itself."""
    code = _CODE.search(complaint)
    if code and code[1] == _NO_BUCKET:
        return "is missing: make it, or correct FILES_S3_BUCKET"
    if code and code[1] in _NO_RIGHT:
        remedy = "correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY, or give that key the right"
        return f"is not for this key: {remedy}"
    return None
