"""Records of networks and systems, kept as evidence: that they are what they are called."""

import struct
import zlib
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import MOST_RECORDS
from services.files.domain.content.pictures import holds_zip
from services.files.domain.content.reading import exactly, size_of

_SECTION: Final = 0x0A0D0D0A  # begins with it; its order of bytes follows
_IN_ORDER: Final = 0x1A2B3C4D
_LITTLE: Final = (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")
_HEADER: Final = 24  # of pcap
_LARGEST_PACKET: Final = 2**18
_LARGEST_BLOCK: Final = 2**24
_SMALLEST_BLOCK: Final = 12
_EVTX_CHECKED: Final = 120  # bytes of the header that its checksum covers
_EVTX_CHUNKS: Final = 4096


def check_pcap(file: BinaryIO, case: Case) -> None:
    """Its first thousand packets."""
    _check_no_archive(file, case)
    file.seek(0)
    order = "<" if exactly(file, 4) in _LITTLE else ">"
    major, minor = struct.unpack(f"{order}HH", exactly(file, 4))
    if (major, minor) != (2, 4):
        raise Stop(Code.MALFORMED, "The capture is of a version that nothing writes.")
    position, end = _HEADER, size_of(file)
    for _ in range(MOST_RECORDS):
        if position >= end:
            break
        file.seek(position)
        (length,) = struct.unpack(f"{order}8xI4x", exactly(file, 16))
        position += 16 + length
        if length > _LARGEST_PACKET or position > end:
            raise Stop(Code.TRUNCATED, "The capture ends in the middle of a packet.")


def check_pcapng(file: BinaryIO, case: Case) -> None:
    """Its first thousand blocks."""
    _check_no_archive(file, case)
    position, end, order = 0, size_of(file), "<"
    for _ in range(MOST_RECORDS):
        if position >= end:
            break
        file.seek(position)
        kind, length, magic = struct.unpack("<III", exactly(file, 12))
        if kind == _SECTION:
            order = "<" if magic == _IN_ORDER else ">"
        (length,) = struct.unpack(f"{order}I", length.to_bytes(4, "little"))
        if length < _SMALLEST_BLOCK or length % 4 or length > _LARGEST_BLOCK or position + length > end:
            raise Stop(Code.TRUNCATED, "The capture ends in the middle of a block.")
        position += length


def check_evtx(file: BinaryIO, case: Case) -> None:
    """Its header, whose checksum must fit, and that there is nothing but chunks after it."""
    _check_no_archive(file, case)
    file.seek(0)
    header = exactly(file, _EVTX_CHUNKS)
    if int.from_bytes(header[124:128], "little") != zlib.crc32(header[:_EVTX_CHECKED]):
        raise Stop(Code.MALFORMED, "The header of the event log has a wrong checksum.")
    position, end = _EVTX_CHUNKS, size_of(file)
    while position < end:
        file.seek(position)
        if file.read(8) not in {b"ElfChnk\0", bytes(8)}:
            raise Stop(Code.MALFORMED, "The event log holds something that is no event.")
        position += 2**16


def _check_no_archive(file: BinaryIO, case: Case) -> None:
    if holds_zip(file):
        case.add(Code.POLYGLOT, "The file is an archive too.")
