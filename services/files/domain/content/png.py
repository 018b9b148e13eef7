"""PNG and animated PNG: chunk by chunk."""

import struct
import zlib
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_TEXT_CHUNK, MOST_PIECES
from services.files.domain.content.pictures import check_frames, check_nothing_else, check_size
from services.files.domain.content.reading import chunks, exactly, size_of

_FIRST: Final = 8  # where the chunks begin
_HEADER: Final = 13
_ANIMATION: Final = 8  # bytes that tell of frames
_AROUND: Final = 12  # length, type and checksum of a chunk
_COMPRESSED: Final = frozenset({b"zTXt", b"iTXt", b"iCCP"})


def check_png(file: BinaryIO, case: Case) -> None:
    check_nothing_else(file, case)
    width = height = 0
    position, end, drawn = _FIRST, size_of(file), False
    for _ in range(MOST_PIECES):
        length, kind = _chunk(file, position, end)
        if position == _FIRST:
            width, height = _header(file, position, kind, length)
            check_size(width, height, case)
        _look_into(file, position, kind, length, (width, height), case)
        drawn = drawn or kind == b"IDAT"
        position += length + _AROUND
        if kind == b"IEND":
            break
    else:
        raise Stop(Code.TOO_COSTLY, "The image has too many chunks.")
    if not drawn:
        case.add(Code.MALFORMED, "The image has no picture in it.")
    if position != end:
        case.add(Code.HIDDEN_DATA, "Something follows after the end of the image.")


def _chunk(file: BinaryIO, position: int, end: int) -> tuple[int, bytes]:
    file.seek(position)
    length, kind = struct.unpack(">I4s", exactly(file, 8))
    if position + length + _AROUND > end:
        raise Stop(Code.TRUNCATED, "The image ends in the middle of a chunk.")
    checksum = zlib.crc32(kind)
    for data in chunks(file, start=position + 8, end=position + 8 + length):
        checksum = zlib.crc32(data, checksum)
    file.seek(position + 8 + length)
    if exactly(file, 4) != checksum.to_bytes(4):
        raise Stop(Code.MALFORMED, "A chunk of the image has a wrong checksum.")
    return length, kind


def _header(file: BinaryIO, position: int, kind: bytes, length: int) -> tuple[int, int]:
    if kind != b"IHDR" or length != _HEADER:
        raise Stop(Code.MALFORMED, "The image does not begin with its header.")
    file.seek(position + 8)
    width, height = struct.unpack(">II", exactly(file, 8))
    return width, height


def _look_into(file: BinaryIO, position: int, kind: bytes, length: int, size: tuple[int, int], case: Case) -> None:
    file.seek(position + 8)
    if kind == b"acTL" and length >= _ANIMATION:
        check_frames(int.from_bytes(exactly(file, 4)), *size, case)
    if kind in _COMPRESSED:
        _check_expansion(exactly(file, min(length, LARGEST_TEXT_CHUNK)), kind, case)


def _check_expansion(data: bytes, kind: bytes, case: Case) -> None:
    """Texts and profiles are unpacked by whoever opens the image."""
    for packed in _streams(data, kind):
        inner = zlib.decompressobj()
        try:
            made = inner.decompress(packed, LARGEST_TEXT_CHUNK)
        except zlib.error:
            case.add(Code.MALFORMED, "A compressed text of the image cannot be unpacked.")
            return
        if len(made) == LARGEST_TEXT_CHUNK and not inner.eof:
            case.add(Code.DECOMPRESSION_BOMB, "A compressed text of the image unpacks to more than 1 MiB.")


def _streams(data: bytes, kind: bytes) -> list[bytes]:
    _, _, rest = data.partition(b"\0")
    if kind != b"iTXt":
        return [rest[1:]]
    if rest[:1] != b"\x01":
        return []
    parts = rest[2:].split(b"\0", 2)
    return parts[2:]
