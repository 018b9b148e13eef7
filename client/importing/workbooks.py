"""Rows of an XLSX workbook, streamed: only a part of the sheet is in memory at any time."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from client.errors import InputProblem
from client.importing.cells import Cell
from client.importing.tables import nearest

# What openpyxl and the archive below it raise for a file that is broken or something else.
_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError)


def read_workbook(path: Path, sheet: str | None) -> Iterator[Sequence[Cell]]:
    """The rows of the sheet of that name, or of the first one. Formulas give their last computed value."""
    book = _open(path)
    try:
        for row in _sheet(book, path, sheet).iter_rows(values_only=True):
            yield cast("Sequence[Cell]", row)
    except _BROKEN as error:
        raise InputProblem(f"{path} is damaged: {error}.") from error
    finally:
        book.close()


def _open(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            # It warns of styles and validations that it leaves out; nobody here wants them.
            warnings.simplefilter("ignore")
            return load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise InputProblem(f"{path} cannot be read: {error.strerror}.") from error
    except _BROKEN as error:
        raise InputProblem(f"{path} is not an XLSX workbook; save it as one, or as CSV.") from error


def _sheet(book: Any, path: Path, name: str | None) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    wanted = name if name is not None else next(iter(names), "")
    if wanted not in names:
        raise InputProblem(f"{path} has no sheet {wanted!r}; see sheet in [source]. {nearest(wanted, names)}")
    sheet = book[wanted]
    # Some programs write a wrong size into the file; without it the rows are read to their real end.
    sheet.reset_dimensions()
    return sheet
