"""GIF: block by block, counting frames."""

import struct
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import MOST_PIECES
from services.files.domain.content.pictures import check_frames, check_nothing_else, check_size
from services.files.domain.content.reading import exactly, size_of

_SCREEN: Final = 6  # where the description of the screen begins
_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B


def check_gif(file: BinaryIO, case: Case) -> None:
    check_nothing_else(file, case)
    file.seek(_SCREEN)
    width, height, flags = struct.unpack("<HHBxx", exactly(file, 7))
    check_size(width, height, case)
    _skip_colours(file, flags)
    frames = _frames(file, case)
    if frames == 0:
        case.add(Code.MALFORMED, "The image has no picture in it.")
    check_frames(frames, width, height, case)
    if file.tell() != size_of(file):
        case.add(Code.HIDDEN_DATA, "Something follows after the end of the image.")


def _frames(file: BinaryIO, case: Case) -> int:
    """Reads to the end of the image."""
    frames = 0
    for _ in range(MOST_PIECES):
        block = exactly(file, 1)[0]
        if block == _END:
            return frames
        if block == _IMAGE:
            frames += 1
            _, _, width, height, flags = struct.unpack("<HHHHB", exactly(file, 9))
            check_size(width, height, case)
            _skip_colours(file, flags)
            exactly(file, 1)
        elif block == _EXTENSION:
            exactly(file, 1)
        else:
            raise Stop(Code.MALFORMED, "The image has a block that does not exist.")
        _skip_blocks(file)
    raise Stop(Code.TOO_COSTLY, "The image has too many blocks.")


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        exactly(file, 3 * 2 ** ((flags & 7) + 1))


def _skip_blocks(file: BinaryIO) -> None:
    while size := exactly(file, 1)[0]:
        exactly(file, size)
