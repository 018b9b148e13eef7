"""Unpacking compressed streams in small pieces, counting all the while and keeping nothing."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from services.files.domain.content.case import Budget
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import CHUNK, XZ_MEMORY


class Decompressor(Protocol):
    """What bz2 and lzma have."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class Inflate:
    """zlib in the manner of bz2 and lzma."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


RAW_DEFLATE: Final = -15
IN_GZIP: Final = 31
IN_ZLIB: Final = 15
MAKERS: Final[dict[str, Callable[[], Decompressor]]] = {
    "gzip": lambda: Inflate(IN_GZIP),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY),
}


class Expansion:
    """One compressed stream. `rest` is what came after its end, once all was read; `whole` whether it had an end."""

    def __init__(self, compressed: Iterable[bytes], make: Callable[[], Decompressor], budget: Budget) -> None:
        self._compressed = compressed
        self._inner = make()
        self._budget = budget
        self.taken = 0
        self.made = 0

    @property
    def whole(self) -> bool:
        return self._inner.eof

    @property
    def rest(self) -> bytes:
        return self._inner.unused_data

    def __iter__(self) -> Iterator[bytes]:
        for data in self._compressed:
            self.taken += len(data)
            yield from self._expanded(data)
            if self._inner.eof:
                return

    def _expanded(self, data: bytes) -> Iterator[bytes]:
        while True:
            try:
                made = self._inner.decompress(data, CHUNK)
            except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
                raise Stop(Code.MALFORMED, "Compressed data in it cannot be unpacked.") from error
            self._count(len(made))
            if made:
                yield made
            data = b""
            if self._inner.eof or (self._inner.needs_input and len(made) < CHUNK):
                return

    def _count(self, made: int) -> None:
        self.made += made
        self._budget.spend(made)
        self._budget.spent(self.made, self.taken)
