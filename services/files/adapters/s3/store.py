"""A bucket of an S3 server as the store of all bytes."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from services.files.adapters.s3.content import Content
from services.files.adapters.s3.links import Links
from services.files.adapters.s3.parts import Parts
from services.files.adapters.s3.place import Place
from services.files.adapters.stored import SignedUpload, Stored, StoredPart

_SECONDS: Final = 30.0


class S3ObjectStore:
    """One bucket. Objects leave it as attachments, whatever their media type says.

    `public_endpoint` is the store's address for browsers, if it has another one; a request takes `seconds` at most.
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str,
        region: str,
        access_key: str,
        secret_key: str,
        public_endpoint: str | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        place = Place(
            bucket=bucket,
            endpoint=endpoint,
            public_endpoint=public_endpoint or endpoint,
            region=region,
            access_key=access_key,
            secret_key=secret_key,
        )
        self._content = Content(place, seconds)
        self._links = Links(place)
        self._parts = Parts(place, self._content, seconds)

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        await self._content.put(key, content, media_type)

    async def delete(self, key: str) -> None:
        await self._content.delete(key)

    async def head(self, key: str) -> Stored | None:
        return await self._content.head(key)

    def read(self, key: str) -> AsyncIterator[bytes]:
        return self._content.read(key)

    def upload_link(
        self, key: str, *, size: int, media_type: str, sha256: str | None = None, seconds: int
    ) -> SignedUpload:
        return self._links.upload(key, size=size, media_type=media_type, sha256=sha256, seconds=seconds)

    def part_link(self, key: str, upload_id: str, number: int, *, size: int, seconds: int) -> SignedUpload:
        return self._links.part(key, upload_id, number, size=size, seconds=seconds)

    def download_link(self, key: str, *, name: str, media_type: str, seconds: int, inline: bool = False) -> str:
        return self._links.download(key, name=name, media_type=media_type, seconds=seconds, inline=inline)

    async def begin_parts(self, key: str, media_type: str) -> str:
        return await self._parts.begin(key, media_type)

    async def parts(self, key: str, upload_id: str) -> list[StoredPart]:
        return await self._parts.listed(key, upload_id)

    async def complete_parts(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> Stored:
        return await self._parts.complete(key, upload_id, parts)

    async def abort_parts(self, key: str, upload_id: str) -> None:
        await self._parts.abort(key, upload_id)

    async def check(self) -> None:
        await self._content.check()
