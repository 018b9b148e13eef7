"""Keeping the bytes of files in a bucket of an S3 server, and letting others send and fetch them by signed links."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from services.files.adapters.s3.store import S3ObjectStore
from services.files.adapters.stored import (
    NoSuchObject,
    NoSuchUpload,
    SignedUpload,
    Stored,
    StoredPart,
    StoreRefuses,
    WrongParts,
)

__all__ = [
    "NoSuchObject",
    "NoSuchUpload",
    "ObjectStore",
    "S3ObjectStore",
    "SignedUpload",
    "StoreRefuses",
    "Stored",
    "StoredPart",
    "WrongParts",
]


class ObjectStore(Protocol):
    """Bytes by key. Raises Fault when the store does not answer, StoreRefuses when waiting does not help.

    Links are made without asking the store; `seconds` is how long they are good for.
    """

    async def put(self, key: str, content: bytes, media_type: str) -> None: ...

    async def delete(self, key: str) -> None:
        """What is not there needs no deleting."""
        ...

    async def head(self, key: str) -> Stored | None: ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """In chunks of at most 1 MiB, and as few in memory whatever the size. Raises NoSuchObject."""
        ...

    def upload_link(
        self, key: str, *, size: int, media_type: str, sha256: str | None = None, seconds: int
    ) -> SignedUpload:
        """One PUT of just so many bytes, with this digest (in hex) if it is given, to where nothing is yet."""
        ...

    async def begin_parts(self, key: str, media_type: str) -> str:
        """The id of an upload in parts, each of 5 MiB at least but for the last."""
        ...

    def part_link(self, key: str, upload_id: str, number: int, *, size: int, seconds: int) -> SignedUpload:
        """One part of just so many bytes; `number` from 1 to 10,000. It may be sent again."""
        ...

    async def parts(self, key: str, upload_id: str) -> list[StoredPart]:
        """Those that have arrived, by number. Raises NoSuchUpload."""
        ...

    async def complete_parts(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> Stored:
        """May be called again when the answer was lost. Raises NoSuchUpload or WrongParts."""
        ...

    async def abort_parts(self, key: str, upload_id: str) -> None:
        """What is not there needs no giving up."""
        ...

    def download_link(self, key: str, *, name: str, media_type: str, seconds: int, inline: bool = False) -> str:
        """As an attachment of this name, mere bytes to a browser; `inline` is for previews of our own only."""
        ...

    async def check(self) -> None:
        """Raises StoreRefuses for what a person has to put right."""
        ...
