"""Identifiers that sort by the time they were made, and their way into JSON."""

import secrets
import time
from uuid import UUID

_VERSION_7 = 7
_VARIANT = 0b10


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= _VERSION_7 << 76
    value |= secrets.randbits(12) << 64
    value |= _VARIANT << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def to_json(value: object) -> str:
    """For orjson's `default`: the database driver gives ids of a subclass of UUID, which orjson does not take."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
