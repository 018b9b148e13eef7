"""HEIC: the boxes of its container, down to the sizes of its pictures."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import MOST_PIECES
from services.files.domain.content.pictures import check_nothing_else, check_size
from services.files.domain.content.reading import exactly, size_of

_INSIDE: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # boxes of boxes, and what they have before them
_ON_TOP: Final = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip", b"moov", b"uuid", b"mpvd", b"wide"})
_LARGE: Final = 1
_SIZES: Final = 12  # bytes of a box that tells width and height


def check_heif(file: BinaryIO, case: Case) -> None:
    check_nothing_else(file, case)
    sizes = 0
    for kind, start, end, deep in _boxes(file, 0, size_of(file), 0):
        if not deep and kind not in _ON_TOP:
            case.add(Code.HIDDEN_DATA, "The image holds something that no image needs.")
        if kind == b"ispe" and end - start >= _SIZES:
            file.seek(start + 4)
            width, height = struct.unpack(">II", exactly(file, 8))
            check_size(width, height, case)
            sizes += 1
    if not sizes:
        case.add(Code.MALFORMED, "The image does not tell its size.")


def _boxes(file: BinaryIO, start: int, end: int, deep: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Type, beginning and end of the content, and depth of each."""
    for _ in range(MOST_PIECES):
        if start >= end:
            return
        kind, inside, after = _box(file, start, end)
        yield kind, inside, after, deep
        if kind in _INSIDE:
            yield from _boxes(file, inside + _INSIDE[kind], after, deep + 1)
        start = after
    raise Stop(Code.TOO_COSTLY, "The image has too many boxes.")


def _box(file: BinaryIO, start: int, end: int) -> tuple[bytes, int, int]:
    file.seek(start)
    length, kind = struct.unpack(">I4s", exactly(file, 8))
    inside = start + 8
    if length == _LARGE:
        length = int.from_bytes(exactly(file, 8))
        inside += 8
    after = start + length if length else end
    if after < inside or after > end:
        raise Stop(Code.TRUNCATED, "The image ends in the middle of a box.")
    return kind, inside, after
