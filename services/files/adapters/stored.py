"""What the object store tells of its objects, the addresses it lets others use, and how it says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import Fault


class StoreRefuses(Fault):
    """Waiting does not help: there is no such bucket, or the key has no right to it."""


class NoSuchObject(StoreRefuses):
    """Nothing is kept under this key."""


class NoSuchUpload(StoreRefuses):
    """Its parts were put together, given up or collected, or it never was."""


class WrongParts(StoreRefuses):
    """They cannot be put together: one is missing, altered, in the wrong place, or too small and not the last."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its bytes counted, and the store's own name for this content of it."""

    size: int
    etag: str


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that has arrived whole; parts are numbered from 1 to 10,000."""

    number: int
    size: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUpload:
    """A request that whoever has it may send until `expires_at`, with exactly these headers.

    Browsers set Content-Length themselves, and let no page do it.
    """

    url: str
    method: str
    headers: Mapping[str, str]
    expires_at: datetime
