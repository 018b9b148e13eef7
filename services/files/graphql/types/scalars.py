"""Numbers larger than GraphQL's own."""

from typing import NewType

import strawberry


def _whole(value: object) -> int:
    """Raises TypeError for what is no whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("A number of bytes is a whole number.")
    return value


ByteCount = NewType("ByteCount", int)
BYTE_COUNT = strawberry.scalar(
    name="ByteCount",
    description="A number of bytes: a whole JSON number, beyond the 32 bits of Int, exact up to 2^53.",
    serialize=int,
    parse_value=_whole,
)
