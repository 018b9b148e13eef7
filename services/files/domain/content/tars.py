"""Tar archives, read as a stream, so that packed ones need no room."""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import CHUNK, LARGEST_HEADER
from services.files.domain.content.pax import Extended
from services.files.domain.content.reading import exactly
from services.files.domain.names import path_hazard

_BLOCK: Final = 512
_FILES: Final = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    kind: bytes
    size: int


def check_tar(file: BinaryIO, case: Case) -> None:
    """`file` need not be seekable, but stands at the beginning."""
    inner = case.entered(archive=True)
    seen: set[str] = set()
    for number, member in enumerate(_members(file), 1):
        inner.budget.entry()
        _check_member(number, member, seen, case)
        data = _content(file, member.size)
        if member.kind in _FILES:
            inner.stream(data, member.name, inner.within(f"Entry {number}"))
        for _ in data:  # what nobody needed
            pass
        exactly(file, -member.size % _BLOCK)
    while rest := file.read(CHUNK):
        if rest.strip(b"\0"):
            case.add(Code.HIDDEN_DATA, "Something follows after the end of the archive.")
            return


def _check_member(number: int, member: Member, seen: set[str], case: Case) -> None:
    reason = path_hazard(member.name)
    if reason:
        case.add(Code.UNSAFE_NAME, f"The name of entry {number} of the archive {reason}.")
    if member.kind not in _FILES | {tarfile.DIRTYPE}:
        case.add(Code.UNSAFE_ENTRY, f"Entry {number} of the archive is a link, a device or something else unsafe.")
    same = member.name.removeprefix("./").rstrip("/").casefold()
    if same in seen and member.kind in _FILES:
        case.add(Code.UNSAFE_ENTRY, f"Entry {number} of the archive has the name of another one.")
    seen.add(same)


def _members(file: BinaryIO) -> Iterator[Member]:
    """Those that come before the empty block at the end."""
    extended = Extended()
    while (block := exactly(file, _BLOCK)).strip(b"\0"):
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
        except (tarfile.HeaderError, ValueError) as error:
            raise Stop(Code.MALFORMED, "A header of the archive cannot be read.") from error
        if header.size < 0:
            raise Stop(Code.MALFORMED, "A header of the archive tells an impossible size.")
        if extended.takes(header.type):
            if header.size > LARGEST_HEADER:
                raise Stop(Code.TOO_COSTLY, "A header of the archive is too large.")
            extended.take(header.type, exactly(file, header.size))
            exactly(file, -header.size % _BLOCK)
        else:
            yield Member(*extended.described(header))
            extended = extended.next()


def _content(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        piece = file.read(min(CHUNK, size))
        if not piece:
            raise Stop(Code.TRUNCATED, "The archive ends in the middle.")
        size -= len(piece)
        yield piece
