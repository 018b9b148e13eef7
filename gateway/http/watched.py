"""A file that may change while we run: looked at again only when its stamp says so."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

_Stamp: TypeAlias = tuple[int, int, int]


@dataclass(slots=True)
class WatchedFile:
    """`path` is read by `read`; `has_changed` says whether it is another one since then."""

    path: Path
    _seen: _Stamp | None = field(default=None, init=False)

    def read(self) -> str:
        """Raises OSError and UnicodeDecodeError; the next change counts from here all the same."""
        self._seen = self._stamp()
        return self.path.read_text(encoding="utf-8")

    def has_changed(self) -> bool:
        """Costs microseconds. A file that has gone has changed, once."""
        return self._stamp() != self._seen

    def _stamp(self) -> _Stamp | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
