"""What a bundle of files tells of itself: the names in it, its manifest, and the chain of custody as a table."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FOLDER: Final = "files"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
EVIDENCE_JSON, EVIDENCE_CSV = "evidence.json", "evidence.csv"
COLUMNS: Final = (
    "file_id", "file_name", "number", "at", "operation", "actor_kind", "actor_id", "request_id", "details",
)  # fmt: skip
_LONGEST: Final = 240  # bytes of UTF-8, with room for a number
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)


class Names:
    """Gives each file a path of its own, also for readers that do not tell small letters from capitals."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def path(self, safe_name: str) -> str:
        """`safe_name` is one name in one folder, as the header of a download has it."""
        stem, dot, suffix = safe_name.rpartition(".")
        stem, suffix = (stem, dot + suffix) if stem else (safe_name, "")
        if stem.partition(".")[0].strip().lower() in _DEVICES:
            stem = f"_{stem}"
        stem, number = _cut(stem, _LONGEST - len(suffix.encode())), 1
        found = f"{stem}{suffix}"
        while found.casefold() in self._given:
            number += 1
            found = f"{stem} ({number}){suffix}"
        self._given.add(found.casefold())
        return f"{FOLDER}/{found}"


def sums(digests: Iterable[tuple[str, str]]) -> str:
    """Of digests and paths, as `sha256sum -c` reads them."""
    return "".join(f"{digest}  {path}\n" for digest, path in digests)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Lines of a CSV that no spreadsheet takes for formulas."""
    written = io.StringIO()
    csv.writer(written).writerows([_plain(cell) for cell in row] for row in rows)
    return written.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip()
