"""Zip archives: each entry is unpacked in memory, counted, compared with its description and looked into."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.expanding import MAKERS, RAW_DEFLATE, Decompressor, Expansion, Inflate
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.reading import chunks
from services.files.domain.content.zip_directory import Entry, entries

_STORED: Final = 0
_EMPTY_DEFLATED: Final = 2  # bytes that some programs write for nothing
_MAKERS: Final[Mapping[int, Callable[[], Decompressor]]] = {
    8: lambda: Inflate(RAW_DEFLATE),
    12: MAKERS["bzip2"],
    95: MAKERS["xz"],
}


def check_zip(file: BinaryIO, case: Case) -> None:
    inner = case.entered(archive=True)
    for entry in entries(file, case):
        inner.budget.entry()
        if entry.encrypted:
            case.add(Code.ENCRYPTED, "The archive has encrypted entries that cannot be looked into.")
        elif entry.is_folder:
            _check_folder(entry, case)
        else:
            inner.stream(content(file, entry, case), entry.name, inner.within(f"Entry {entry.number}"))


def _check_folder(entry: Entry, case: Case) -> None:
    if entry.size or entry.end > entry.start + _EMPTY_DEFLATED:
        case.add(Code.HIDDEN_DATA, f"Entry {entry.number} of the archive is a folder with data.")


def content(file: BinaryIO, entry: Entry, case: Case) -> Iterator[bytes]:
    """Unpacked. Stops where size or checksum are not those that were told."""
    made, checksum = 0, 0
    for piece in _unpacked(file, entry, case):
        made += len(piece)
        checksum = zlib.crc32(piece, checksum)
        if made > entry.size:
            break
        yield piece
    if (made, checksum) != (entry.size, entry.checksum):
        raise Stop(Code.MALFORMED, f"Entry {entry.number} of the archive is not what its header tells.")


def _unpacked(file: BinaryIO, entry: Entry, case: Case) -> Iterator[bytes]:
    packed = chunks(file, start=entry.start, end=entry.end)
    if entry.method == _STORED:
        for piece in packed:
            case.budget.spend(len(piece))
            yield piece
        return
    if entry.method not in _MAKERS:
        raise Stop(Code.UNREADABLE, f"Entry {entry.number} of the archive is packed in a way that is not looked into.")
    expansion = Expansion(packed, _MAKERS[entry.method], case.budget)
    yield from expansion
    if not expansion.whole or expansion.rest or expansion.taken != entry.end - entry.start:
        raise Stop(Code.MALFORMED, f"Entry {entry.number} of the archive has more or less data than it tells.")
