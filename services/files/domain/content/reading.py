"""Reading files in bounded pieces."""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import CHUNK

_WINDOW: Final = 2**20


def size_of(file: BinaryIO) -> int:
    """In bytes; the position stays."""
    here = file.tell()
    end = file.seek(0, io.SEEK_END)
    file.seek(here)
    return end


def head_of(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    return file.read(size)


def tail_of(file: BinaryIO, size: int) -> bytes:
    file.seek(max(0, size_of(file) - size))
    return file.read(size)


def exactly(file: BinaryIO, size: int) -> bytes:
    """Stops the look when the file ends before."""
    found = file.read(size)
    if len(found) != size:
        raise Stop(Code.TRUNCATED, "The file ends in the middle.")
    return found


def chunks(file: BinaryIO, *, start: int = 0, end: int | None = None, size: int = CHUNK) -> Iterator[bytes]:
    """The bytes from `start` to before `end`; others may move the position between two chunks."""
    position = start
    while end is None or position < end:
        file.seek(position)
        chunk = file.read(size if end is None else min(size, end - position))
        if not chunk:
            return
        position += len(chunk)
        yield chunk


def search(file: BinaryIO, pattern: re.Pattern[bytes], *, overlap: int, start: int = 0) -> Iterator[re.Match[bytes]]:
    """All matches of at most `overlap` bytes; one that begins in the overlap may come twice."""
    kept = b""
    for chunk in chunks(file, start=start, size=_WINDOW):
        window = kept + chunk
        yield from pattern.finditer(window)
        kept = window[-overlap:]
