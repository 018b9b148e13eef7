"""Keeping a file of an archive in memory, where the look at it needs it as a whole."""

from collections.abc import Iterable

from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_IN_MEMORY


def held(pieces: Iterable[bytes]) -> bytes:
    """Stops when it is too large for that."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) > LARGEST_IN_MEMORY:
            raise Stop(Code.TOO_COSTLY, f"It holds a file of more than {LARGEST_IN_MEMORY} bytes to be looked into.")
    return bytes(kept)
