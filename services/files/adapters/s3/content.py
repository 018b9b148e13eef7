"""The bytes of objects: putting, reading and deleting them, with bounds of time and memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import obstore
from obstore.store import S3Store

from chassis.errors import Fault
from services.files.adapters.s3.complaints import told
from services.files.adapters.s3.place import Place
from services.files.adapters.stored import NoSuchObject, Stored

LARGEST_CHUNK: Final = 1 << 20
_WINDOW: Final = 4 << 20  # bytes of one request: a read of any length is many short ones, each of them tried again
_RETRIES: Final = 2  # the default keeps a caller of an unreachable server waiting for minutes
_RETRY_FOR: Final = timedelta(seconds=10)
_CHECK_SECONDS: Final = 2.0
_NOTHING: Final = "readiness"  # a folder that is never filled, so that looking into it costs the same for ever


class Content:
    """Of one bucket. A request takes `seconds` at most; a few that fail at once are sent again."""

    def __init__(self, place: Place, seconds: float) -> None:
        self._bucket = place.bucket
        self._store = S3Store(
            place.bucket,
            endpoint=place.endpoint,
            region=place.region,
            access_key_id=place.access_key,
            secret_access_key=place.secret_key,
            virtual_hosted_style_request=False,
            checksum_algorithm="sha256",
            client_options={"allow_http": place.endpoint.startswith("http://"), "timeout": timedelta(seconds=seconds)},
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_FOR},
        )

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        described = {"Content-Type": media_type, "Content-Disposition": "attachment"}
        with told(self._bucket, "did not take an object"):
            await obstore.put_async(self._store, key, content, attributes=described)

    async def delete(self, key: str) -> None:
        try:
            with told(self._bucket, "did not delete an object"):
                await obstore.delete_async(self._store, key)
        except FileNotFoundError:  # some servers tell that, S3 itself does not
            return

    async def head(self, key: str) -> Stored | None:
        try:
            with told(self._bucket, "did not tell of an object"):
                found = await obstore.head_async(self._store, key)
        except FileNotFoundError:
            await self.check()  # a missing bucket is answered alike
            return None
        return Stored(found["size"], found["e_tag"] or "")

    async def read(self, key: str) -> AsyncIterator[bytes]:
        found = await self.head(key)
        if found is None:
            raise NoSuchObject("object store", f"the bucket {self._bucket} has no object {key}")
        for start in range(0, found.size, _WINDOW):
            window = await self._window(key, found, start)
            for at in range(0, len(window), LARGEST_CHUNK):
                yield bytes(window[at : at + LARGEST_CHUNK])

    async def _window(self, key: str, found: Stored, start: int) -> memoryview:
        """Raises Fault unless it is whole, and of the same object as all the others."""
        end = min(start + _WINDOW, found.size)
        doing = "did not give an object"
        try:
            with told(self._bucket, doing):
                got = await obstore.get_async(
                    self._store, key, options={"range": (start, end), "if_match": found.etag or None}
                )
                window = memoryview(await got.bytes_async())
        except FileNotFoundError:
            raise NoSuchObject("object store", f"the bucket {self._bucket} has no object {key} any more") from None
        if len(window) != end - start:
            raise Fault("object store", f"the bucket {self._bucket} {doing} whole")
        return window

    async def check(self) -> None:
        with told(self._bucket, "does not answer"):
            async with asyncio.timeout(_CHECK_SECONDS):
                await obstore.list_with_delimiter_async(self._store, prefix=_NOTHING)
