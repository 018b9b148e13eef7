"""JPEG: segment by segment, and what cameras put behind it."""

import re
import struct
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_TRAILER, MOST_PIECES
from services.files.domain.content.pictures import check_nothing_else, check_size
from services.files.domain.content.reading import exactly, search, size_of

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_LONGEST_FILL: Final = 256  # bytes
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a segment
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NEXT_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def check_jpeg(file: BinaryIO, case: Case) -> None:
    check_nothing_else(file, case)
    end = _image(file, 0, case)
    if end < size_of(file):
        _check_trailer(file, end, case)


def _image(file: BinaryIO, start: int, case: Case) -> int:
    """Where the image ends."""
    position, framed = start + 2, False
    for _ in range(MOST_PIECES):
        position, marker = _marker(file, position)
        if marker == _END:
            if not framed:
                raise Stop(Code.MALFORMED, "The image has no picture in it.")
            return position
        if marker in _ALONE:
            continue
        length = int.from_bytes(exactly(file, 2))
        if marker in _FRAMES:
            height, width = struct.unpack(">xHH", exactly(file, 5))
            check_size(width, height, case)
            framed = True
        position += max(length, 2)
        if marker == _SCAN:
            position = _after_scan(file, position)
    raise Stop(Code.TOO_COSTLY, "The image has too many segments.")


def _marker(file: BinaryIO, position: int) -> tuple[int, int]:
    """Where the marker at `position` ends, and which it is. It may be filled up with 0xFF, to a degree."""
    file.seek(position)
    begins = file.read(_LONGEST_FILL)
    if not begins:
        raise Stop(Code.TRUNCATED, "The image ends in the middle.")
    rest = begins.lstrip(b"\xff")
    if rest == begins or not rest or rest[0] in {0, _START}:
        raise Stop(Code.MALFORMED, "The image has no marker where one must stand.")
    end = position + len(begins) - len(rest) + 1
    file.seek(end)
    return end, rest[0]


def _after_scan(file: BinaryIO, position: int) -> int:
    file.seek(position)
    kept, at = b"", position
    while chunk := file.read(2**18):
        window = kept + chunk
        found = _NEXT_MARKER.search(window)
        if found:
            return at - len(kept) + found.start()
        at += len(chunk)
        kept = window[-1:]
    raise Stop(Code.TRUNCATED, "The image ends in the middle of its picture.")


def _check_trailer(file: BinaryIO, start: int, case: Case) -> None:
    """Cameras append further images, a short film or notes of their maker; anything else is hidden."""
    file.seek(start)
    begins = file.read(64)
    padded = not begins.strip(b"\0") and not any(search(file, re.compile(rb"[^\x00]"), overlap=1, start=start))
    image = begins.lstrip(b"\0").startswith(b"\xff\xd8\xff")
    film = begins[4:8] == b"ftyp"
    file.seek(max(start, size_of(file) - 4))
    notes = file.read(4) == b"SEFT"
    if size_of(file) - start > LARGEST_TRAILER or not (padded or image or film or notes):
        case.add(Code.HIDDEN_DATA, "Something follows after the end of the image.")
