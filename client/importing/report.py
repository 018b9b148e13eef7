"""The list of bad cells as a CSV file that a spreadsheet can open without running anything in it."""

import csv
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from client.errors import InputProblem
from client.importing.cells import BadCell

HEADER = ("row", "column", "value", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Spreadsheets run a cell that begins like a formula; an apostrophe makes it text."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class Report:
    """Written as the bad cells come, so that an interrupted run leaves what it found. Without any there is no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells = 0

    def __enter__(self) -> Self:
        """Raises InputProblem, before anything is sent, when the file cannot be written or is somebody's own."""
        try:
            self._refuse_to_overwrite()
            self._file = self.path.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise InputProblem(
                f"The report {self.path} cannot be written: {error.strerror}; name another with --errors."
            ) from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self.cells == 0:
            self.path.unlink(missing_ok=True)

    def add(self, cells: Iterable[BadCell]) -> None:
        for cell in cells:
            self.cells += 1
            self._writer.writerow([cell.row, *map(safe, (cell.column, cell.value, cell.reason))])
        self._file.flush()

    def _refuse_to_overwrite(self) -> None:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline().strip()
        if first and first != ",".join(HEADER):
            raise InputProblem(f"{self.path} exists and is no report of bad rows; name another file with --errors.")
