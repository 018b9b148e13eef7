"""Rows from a CSV file or a workbook, one at a time, with the numbers that a spreadsheet shows beside them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from client.errors import InputProblem
from client.importing.cells import BadValue, Cell, as_text
from client.importing.sections import Source

WORKBOOKS = (".xlsx", ".xlsm")
_LARGEST_CELL = 10_000_000  # characters; narratives are longer than the csv module's own 131,072 allow.


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`cells` by column, as read; `raw` in their order; `bad` when the row as a whole does not fit the header."""

    number: int
    cells: dict[str, Cell]
    raw: tuple[Cell, ...]
    bad: list[BadValue] = field(default_factory=list)


class SourceFile:
    """A table on disk. Each call of `rows` reads it again from the start, so memory stays small."""

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self._source = source
        self._is_workbook = path.suffix.lower() in WORKBOOKS
        self.header = self._read_header()

    def rows(self) -> Iterator[SourceRow]:
        """Rows without any content are passed over. Raises InputProblem when the file cannot be read on."""
        records = enumerate(self._records(), start=1)
        for number, raw in islice(records, self._source.header_row, None):
            if any(as_text(cell) for cell in raw):
                yield self._row(number, raw)

    def _row(self, number: int, raw: Sequence[Cell]) -> SourceRow:
        width = len(self.header)
        padded = (*raw, *[None] * (width - len(raw)))
        cells = {name: cell for name, cell in zip(self.header, padded, strict=False) if name}
        return SourceRow(number, cells, tuple(raw), list(self._misfits(raw)))

    def _misfits(self, raw: Sequence[Cell]) -> Iterator[BadValue]:
        """A short row of a CSV file has lost a delimiter or a quote; one of a workbook just ends in empty cells."""
        width = len(self.header)
        too_long = any(as_text(cell) for cell in raw[width:])
        if too_long or (len(raw) < width and not self._is_workbook):
            reason = f"the row has {len(raw)} cells, the header {width}; check its delimiters and quotes"
            yield BadValue("", "", reason)

    def _read_header(self) -> list[str]:
        first = next(islice(self._records(), self._source.header_row - 1, None), None)
        header = [as_text(cell) for cell in first or ()]
        if not any(header):
            raise InputProblem(
                f"{self.path} has no header in row {self._source.header_row}; see header_row in [source]."
            )
        return header

    def _records(self) -> Iterator[Sequence[Cell]]:
        if self._is_workbook:
            from client.importing.workbooks import read_workbook

            return read_workbook(self.path, self._source.sheet)
        return self._read_csv()

    def _read_csv(self) -> Iterator[Sequence[Cell]]:
        csv.field_size_limit(_LARGEST_CELL)
        # A byte order mark is no part of the first column's name.
        encoding = "utf-8-sig" if self._source.encoding.lower() in {"utf-8", "utf8"} else self._source.encoding
        row = 0
        try:
            with self.path.open(encoding=encoding, newline="") as file:
                for row, record in enumerate(csv.reader(file, delimiter=self._source.delimiter, strict=True), start=1):  # noqa: B007 - told in the errors below.
                    yield record
        except OSError as error:
            raise InputProblem(f"{self.path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            reason = f"is not {self._source.encoding} after row {row}; set encoding in [source]"
            raise InputProblem(f"{self.path} {reason} ({error.reason}).") from error
        except csv.Error as error:
            raise InputProblem(f"{self.path} is not well-formed CSV after row {row}: {error}.") from error
