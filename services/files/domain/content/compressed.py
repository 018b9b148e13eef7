"""One file, packed by gzip, bzip2 or xz: unpacked as a stream and looked into."""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, cast

from services.files.domain.content.case import Case
from services.files.domain.content.expanding import MAKERS, Expansion
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.reading import chunks
from services.files.domain.content.tars import check_tar

_TAR_MAGIC: Final = slice(257, 262)
_BLOCK: Final = 512
_TOGETHER: Final = {"tgz": "tar", "tbz2": "tar", "txz": "tar"}  # short endings of packed archives
_MAGIC: Final = {"gzip": b"\x1f\x8b", "bzip2": b"BZh", "xz": b"\xfd7zXZ\0"}


def checker(method: str) -> Callable[[BinaryIO, str, Case], None]:
    def check(file: BinaryIO, name: str, case: Case) -> None:
        data = _Pipe(_expanded(file, method, case))
        if data.peek(_BLOCK)[_TAR_MAGIC] == b"ustar":
            check_tar(cast("BinaryIO", data), case)
        else:
            inner = case.entered(archive=True)
            inner.budget.entry()
            inner.stream(data.pieces(), inner_name(name), inner.within("Its content"))

    return check


def inner_name(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    replaced = _TOGETHER.get(ending.lower())
    return f"{stem}.{replaced}" if replaced else stem


def _expanded(file: BinaryIO, method: str, case: Case) -> Iterator[bytes]:
    """Of all streams that stand one behind the other."""
    position = 0
    while True:
        expansion = Expansion(chunks(file, start=position), MAKERS[method], case.budget)
        yield from expansion
        if not expansion.whole:
            raise Stop(Code.TRUNCATED, "The packed file ends in the middle.")
        position += expansion.taken - len(expansion.rest)
        file.seek(position)
        follows = file.read(len(_MAGIC[method]))
        if follows != _MAGIC[method]:
            break
    for rest in chunks(file, start=position):
        if rest.strip(b"\0"):
            case.add(Code.HIDDEN_DATA, "Something follows after the end of the packed file.")
            return


class _Pipe(io.RawIOBase):
    """Pieces of bytes as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._kept = b""

    def peek(self, size: int) -> bytes:
        while len(self._kept) < size and (piece := next(self._pieces, b"")):
            self._kept += piece
        return self._kept[:size]

    def read(self, size: int = -1, /) -> bytes:
        found = self.peek(max(size, 0))
        self._kept = self._kept[len(found) :]
        return found

    def pieces(self) -> Iterator[bytes]:
        yield self._kept
        yield from self._pieces
