"""The bucket of the files service, in any S3 store.

The library is asked from threads of ours: after an `await` of its own its threads still hold Python objects, and abort
a process that ends right then, which this one does.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import aiohttp
from obstore import list_with_delimiter, sign
from obstore.exceptions import BaseError
from obstore.store import S3Store

from chassis.settings import Settings, load
from deploy.local.errors import CannotStart

_SECONDS: Final = timedelta(seconds=10)
_MADE: Final = (200, 409)  # 409: somebody else has made it meanwhile
_MAIN_REGION: Final = "us-east-1"
_PLACE: Final = "<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint></CreateBucketConfiguration>"


class _Place(Settings):
    """The S3_... settings of the files service."""

    s3_endpoint: str
    s3_bucket: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str = _MAIN_REGION


async def prepare_bucket(environment: Mapping[str, str]) -> str:
    """Make the bucket of the files service, unless it is there."""
    place = load(_Place, "FILES", environment)
    store = S3Store(
        place.s3_bucket,
        endpoint=place.s3_endpoint,
        region=place.s3_region,
        access_key_id=place.s3_access_key,
        secret_access_key=place.s3_secret_key,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True, "timeout": _SECONDS},
        retry_config={"max_retries": 2, "retry_timeout": _SECONDS},
    )
    if await _is_there(store):
        return f"the bucket {place.s3_bucket} was there"
    await _make(store, place)
    return f"made the bucket {place.s3_bucket}"


async def _is_there(store: S3Store) -> bool:
    """Whether we may look into it."""
    try:
        await asyncio.to_thread(list_with_delimiter, store)
    except (FileNotFoundError, BaseError):
        return False
    return True


async def _make(store: S3Store, place: _Place) -> None:
    """Putting to the address of the bucket itself makes it. Raises CannotStart."""
    address = await asyncio.to_thread(sign, store, "PUT", "", _SECONDS)
    body = "" if place.s3_region == _MAIN_REGION else _PLACE.format(place.s3_region)
    timeout = aiohttp.ClientTimeout(total=_SECONDS.total_seconds())
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client, client.put(address, data=body) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        raise CannotStart(f"FILES_S3_ENDPOINT: no answer from {place.s3_endpoint}") from error
    if status not in _MADE or not await _is_there(store):
        raise CannotStart(
            f"the store makes no bucket {place.s3_bucket} for FILES_S3_ACCESS_KEY (status {status}): "
            "make it yourself, or give that key the right"
        )
