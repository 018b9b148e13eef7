"""The directory of a zip, read strictly: whatever two programs could read in two ways is refused."""

import re
import struct
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_DIRECTORY, LARGEST_RATIO, MOST_ENTRIES, RATIO_COUNTS_FROM
from services.files.domain.content.reading import exactly, size_of, tail_of
from services.files.domain.names import path_hazard

_END: Final = b"PK\x05\x06"
_LARGE_FORM: Final = b"PK\x06\x07"
_LOCAL: Final = b"PK\x03\x04"
_LOCAL_SIZE: Final = 30
_END_SIZE: Final = 22
_LONGEST_END: Final = _END_SIZE + 2**16
_LARGE: Final = 0xFFFFFFFF  # the true figure is elsewhere
_DESCRIPTOR: Final = 24  # bytes that may follow the data of an entry
_ENCRYPTED: Final = 0x0001
_STRONGLY: Final = 0x0040
_LINK: Final = 0o120000
_AES: Final = 99


@dataclass(frozen=True, slots=True)
class Entry:
    """`start` and `end` are where its compressed data lie; sizes are in bytes."""

    number: int
    name: str
    method: int
    start: int
    end: int
    size: int
    checksum: int
    encrypted: bool

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def entries(file: BinaryIO, case: Case, most: int = MOST_ENTRIES) -> list[Entry]:
    """In the order of the directory. Stops where it cannot be trusted."""
    every, begins = listed(file)
    if len(every) > most:
        raise Stop(Code.TOO_MANY_ENTRIES, f"The archive has more than {most} entries.")
    found = [_entry(file, number, each, case) for number, each in enumerate(every, 1)]
    _check_names(found, case)
    _check_places(every, found, begins, case)
    return found


def listed(file: BinaryIO) -> tuple[list[zipfile.ZipInfo], int]:
    """The directory as the library reads it, and where it begins."""
    _check_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError, EOFError) as error:
        raise Stop(Code.MALFORMED, "The directory of the archive cannot be read.") from error


def _check_end(file: BinaryIO) -> None:
    """Before a library reads it: one end, at the end, with a directory of bearable size."""
    size, tail = size_of(file), tail_of(file, _LONGEST_END)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Stop(Code.TRUNCATED, "The archive ends before its directory.")
    directory, start, comment = struct.unpack("<IIH", tail[at + 12 : at + _END_SIZE])
    if at + _END_SIZE + comment != len(tail):
        raise Stop(Code.HIDDEN_DATA, "Something follows after the end of the archive.")
    if directory > LARGEST_DIRECTORY:
        raise Stop(Code.TOO_MANY_ENTRIES, "The directory of the archive is too large.")
    if tail[max(0, at - 20) : at].startswith(_LARGE_FORM):  # it could tell of another directory than the small form
        raise Stop(Code.MALFORMED, "The directory has the form of large archives, which so small ones do not need.")
    if start + directory != size - len(tail) + at:
        raise Stop(Code.HIDDEN_DATA, "Something stands before the archive, or between its parts.")


def _entry(file: BinaryIO, number: int, listed: zipfile.ZipInfo, case: Case) -> Entry:
    """The header before the data must say what the directory says."""
    file.seek(min(listed.header_offset, size_of(file)))
    signature, flags, method, _, size, named, extra = struct.unpack("<4s2xHH4xI4xIHH", exactly(file, _LOCAL_SIZE))
    raw = exactly(file, named)
    written = listed.orig_filename.encode("utf-8" if listed.flag_bits & 0x800 else "cp437", "replace")
    if signature != _LOCAL or method != listed.compress_type or raw != written:
        case.add(Code.MALFORMED, f"Entry {number} of the archive is described in two ways.")
    if not flags & 0x08 and size not in {listed.file_size, _LARGE}:
        case.add(Code.MALFORMED, f"Entry {number} of the archive has two sizes.")
    if listed.external_attr >> 16 & 0o170000 == _LINK:
        case.add(Code.UNSAFE_ENTRY, f"Entry {number} of the archive is a link.")
    if listed.file_size > max(RATIO_COUNTS_FROM, LARGEST_RATIO * listed.compress_size):
        case.add(Code.DECOMPRESSION_BOMB, f"Entry {number} unpacks to more than {LARGEST_RATIO} times its size.")
    start = listed.header_offset + _LOCAL_SIZE + named + extra
    hidden = (listed.flag_bits | flags) & (_ENCRYPTED | _STRONGLY) != 0 or listed.compress_type == _AES
    end = start + listed.compress_size
    return Entry(number, listed.orig_filename, listed.compress_type, start, end, listed.file_size, listed.CRC, hidden)


def _check_names(found: list[Entry], case: Case) -> None:
    seen: set[str] = set()
    for entry in found:
        reason = path_hazard(entry.name)
        if reason:
            case.add(Code.UNSAFE_NAME, f"The name of entry {entry.number} of the archive {reason}.")
        same = re.sub(r"[\\/]+", "/", entry.name).rstrip("/").casefold()
        if same in seen:
            case.add(Code.UNSAFE_ENTRY, f"Entry {entry.number} of the archive has the name of another one.")
        seen.add(same)


def _check_places(listed: list[zipfile.ZipInfo], found: list[Entry], directory: int, case: Case) -> None:
    """One after the other, without gaps in which something could hide, and none in another."""
    places = sorted((each.header_offset, entry.end) for each, entry in zip(listed, found, strict=True))
    if places and places[0][0] != 0:
        case.add(Code.HIDDEN_DATA, "Something stands before the first entry of the archive.")
    for (_, end), (start, _) in pairwise([*places, (directory, directory)]):
        if start < end:
            raise Stop(Code.UNSAFE_ENTRY, "Entries of the archive overlap.")
        if start > end + _DESCRIPTOR:
            case.add(Code.HIDDEN_DATA, "Something hides between the entries of the archive.")
