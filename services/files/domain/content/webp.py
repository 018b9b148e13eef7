"""WebP: the chunks of its RIFF container."""

import struct
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import MOST_PIECES
from services.files.domain.content.pictures import check_frames, check_nothing_else, check_size
from services.files.domain.content.reading import exactly, size_of

_FIRST: Final = 12  # where the chunks begin
_PICTURES: Final = frozenset({b"VP8 ", b"VP8L", b"ANMF"})


def check_webp(file: BinaryIO, case: Case) -> None:
    check_nothing_else(file, case)
    file.seek(4)
    end = 8 + struct.unpack("<I", exactly(file, 4))[0]
    if end > size_of(file):
        raise Stop(Code.TRUNCATED, "The image ends before its end.")
    if end < size_of(file):
        case.add(Code.HIDDEN_DATA, "Something follows after the end of the image.")
    width = height = pictures = frames = 0
    position = _FIRST
    for _ in range(MOST_PIECES):
        if position >= end:
            break
        kind, length = _chunk(file, position, end)
        size = _size(file, kind)
        if size:
            check_size(*size, case)
            width, height = max(width, size[0]), max(height, size[1])
        pictures += kind in _PICTURES
        frames += kind == b"ANMF"
        position += 8 + length + length % 2
    else:
        raise Stop(Code.TOO_COSTLY, "The image has too many chunks.")
    if not pictures:
        case.add(Code.MALFORMED, "The image has no picture in it.")
    check_frames(frames, width, height, case)


def _chunk(file: BinaryIO, position: int, end: int) -> tuple[bytes, int]:
    file.seek(position)
    kind, length = struct.unpack("<4sI", exactly(file, 8))
    if position + 8 + length > end:
        raise Stop(Code.TRUNCATED, "The image ends in the middle of a chunk.")
    return kind, length


def _size(file: BinaryIO, kind: bytes) -> tuple[int, int] | None:
    """In pixels, of the canvas or of one picture."""
    if kind == b"VP8X":
        data = exactly(file, 10)
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(exactly(file, 5)[1:], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<6xHH", exactly(file, 10))
        return width & 0x3FFF, height & 0x3FFF
    return None
