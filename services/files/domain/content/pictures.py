"""What holds for images of every form: their size, and that they are nothing else besides."""

import re
import struct
from typing import BinaryIO, Final

from services.files.domain.content.browsing import page_inside
from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code
from services.files.domain.content.limits import (
    LONGEST_SIDE,
    MOST_FRAME_PIXELS,
    MOST_FRAMES,
    MOST_PIXELS,
)
from services.files.domain.content.reading import search, size_of, tail_of

_END_OF_ZIP: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LONGEST_ZIP_COMMENT: Final = 2**16
_SECOND: Final = re.compile(rb"%PDF-[12]\.\d|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|This program cannot be run in DOS mode")


def check_size(width: int, height: int, case: Case) -> None:
    """Of the canvas, in pixels; nothing is decoded for it."""
    if width == 0 or height == 0:
        case.add(Code.MALFORMED, "The image has no pixels.")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        case.add(Code.IMAGE_TOO_LARGE, f"The image has more than {MOST_PIXELS} pixels or {LONGEST_SIDE} on a side.")


def check_frames(frames: int, width: int, height: int, case: Case) -> None:
    if frames > MOST_FRAMES or frames * width * height > MOST_FRAME_PIXELS:
        case.add(Code.TOO_MANY_FRAMES, f"The animation has more than {MOST_FRAMES} frames, or too many pixels in all.")


def check_nothing_else(file: BinaryIO, case: Case) -> None:
    """That no other program would find a file of its own in it."""
    if holds_zip(file):
        case.add(Code.POLYGLOT, "The file is an archive too.")
    if next(search(file, _SECOND, overlap=64, start=1), None):
        case.add(Code.POLYGLOT, "The file holds a second file of another type.")
    if page_inside(file):
        case.add(Code.POLYGLOT, "The file holds a web page or a script too.")


def holds_zip(file: BinaryIO) -> bool:
    """A zip is found from its end, whatever stands before it."""
    tail = tail_of(file, _LONGEST_ZIP_COMMENT + _END_SIZE + 4096)
    before = size_of(file) - len(tail)
    at = tail.rfind(_END_OF_ZIP)
    while at >= 0:
        if _is_end(tail[at : at + _END_SIZE], before + at):
            return True
        at = tail.rfind(_END_OF_ZIP, 0, at)
    return False


def _is_end(record: bytes, position: int) -> bool:
    """Whether its figures can be true: random bytes do not get that far."""
    if len(record) < _END_SIZE:
        return False
    disk, _, here, total, size, offset, _ = struct.unpack("<4xHHHHIIH", record)
    return bool(disk == 0 and here == total and size <= position and offset <= position)
