"""Identifiers that sort by the time they were made, and their way into JSON."""

import secrets
import threading
import time
from decimal import Decimal
from typing import Final, TypeAlias
from uuid import UUID

Key: TypeAlias = UUID | str  # what names a thing: its id, or its code
_VERSION_7: Final = 7
_VARIANT: Final = 0b10
_COUNTER_BITS: Final = 12
_lock = threading.Lock()
_last = 0  # milliseconds and counter of the identifier made last, as one number


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 of a counter, 62 random ones.

    Within a process each is greater than the one before, also in the same millisecond (RFC 9562, section 6.2).
    """
    moment = _next()
    value = (moment >> _COUNTER_BITS) << 80
    value |= _VERSION_7 << 76
    value |= (moment & (1 << _COUNTER_BITS) - 1) << 64
    value |= _VARIANT << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def _next() -> int:
    """The present millisecond with its counter at zero, or one more than the last; the counter carries into time."""
    global _last  # noqa: PLW0603  # what was made last is the state of the whole process
    with _lock:
        _last = max(_last + 1, time.time_ns() // 1_000_000 << _COUNTER_BITS)
        return _last


def to_json(value: object) -> str:
    """For orjson's `default`: the database driver gives ids of a subclass of UUID, which orjson does not take.

    Decimal numbers are written out as text, so that none of their places is lost.
    """
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no form in JSON")
