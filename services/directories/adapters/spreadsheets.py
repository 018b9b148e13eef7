"""Tables as files: CSV and XLSX, with every cell as text and never as a formula.

What comes from outside is bounded before it is unpacked, and while it is read.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from services.directories.domain.sheets import Sheet

LARGEST_FILE: Final = 1_000_000
MOST_ROWS: Final = 1_000
_LONGEST_CELL: Final = 32_767  # of spreadsheet programs; the limit of `csv` is whatever its last user set
_MOST_CELLS: Final = 1_000_000  # of all sheets together, empty ones before the last of a row included
_LARGEST_UNPACKED: Final = 16_000_000
_MOST_PARTS: Final = 200
_DANGEROUS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "'",
    "＝",
    "＋",
    "－",
    "＠",
)  # more than text to spreadsheet programs
_NO_XLSX: Final = "This is no XLSX file."
_TOO_LARGE: Final = "This file unpacks to more than a list of entries can be."
_FORMULA: Final = re.compile(rb"<(?:[^<>\s/]+:)?f[\s/>]")
_PLACE: Final = re.compile(rb"""<(?:[^<>\s/]+:)?c\s[^<>]*?\br\s*=\s*["']([A-Z]{1,3}[0-9]{1,7})["']""")
_DAMAGED: Final = (  # what openpyxl, its XML parser and the archive raise for what is something else
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError, SyntaxError, EOFError, OSError),
    *(RuntimeError, zlib.error, zipfile.BadZipFile, InvalidFileException),
)


class Unreadable(ValueError):
    """The message says what is wrong with the file."""


def write_xlsx(sheets: Iterable[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for cells in (sheet.header, *(cells for _, cells in sheet.rows)):
            page.append([_text_cell(page, cell) for cell in cells])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _text_cell(page: Any, value: str) -> Any:
    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    return cell


def read_xlsx(content: bytes) -> list[Sheet]:
    """Raises Unreadable."""
    try:
        _check_archive(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        room = iter(range(_MOST_CELLS))
        found = [_sheet(page.title, _cells(page, room)) for page in book.worksheets]
    except Unreadable:
        raise
    except _DAMAGED as error:
        raise Unreadable(_NO_XLSX) from error
    if not found:
        raise Unreadable("This workbook has no sheets.")
    return found


def _check_archive(content: bytes) -> None:
    """The sizes that an archive declares are those at which it stops unpacking; deflated parts unpack bit by bit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
            raise Unreadable(_TOO_LARGE)
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise Unreadable(_NO_XLSX)
        for part in parts:
            _check_part(part.filename, archive.read(part))


def _check_part(name: str, content: bytes) -> None:
    """Entities may grow without end, and formulas that are shared by cells take long to be worked out for each."""
    text = content.replace(b"\0", b"")  # UTF-16 reads like ASCII then
    if b"<!DOCTYPE" in text:
        raise Unreadable(_NO_XLSX)
    formula = _FORMULA.search(text) if "worksheets/" in name else None
    if formula is not None:
        places = _PLACE.findall(text, 0, formula.start())
        place = f"Cell {places[-1].decode()}" if places else "A cell"
        raise Unreadable(f"{place} of {name.rpartition('/')[2]} holds a formula: write its value.")


def _cells(page: Any, room: Iterator[int]) -> Iterator[list[str]]:
    page.reset_dimensions()  # what the file says of its size is not to be trusted
    for row in page.iter_rows():
        if len([*islice(room, len(row))]) < len(row):
            raise Unreadable(_TOO_LARGE)
        yield [_from_xlsx(cell.value) for cell in row]


def _from_xlsx(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else str(value)


def write_csv(sheet: Sheet) -> bytes:
    """In UTF-8, with a mark by which spreadsheet programs know it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for cells in (sheet.header, *(cells for _, cells in sheet.rows)):
        writer.writerow([f"'{cell}" if cell.startswith(_DANGEROUS) else cell for cell in cells])
    return buffer.getvalue().encode("utf-8-sig")


def read_csv(content: bytes, name: str) -> Sheet:
    """Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
        return _sheet(name, ([*map(_plain, cells)] for cells in csv.reader(io.StringIO(text, newline=""), strict=True)))
    except UnicodeDecodeError as error:
        raise Unreadable("This file is not in UTF-8.") from error
    except csv.Error as error:
        raise Unreadable(f"This is no CSV file: {error}.") from error


def _plain(cell: str) -> str:
    """Raises csv.Error for a cell that is longer than any text."""
    if len(cell) > _LONGEST_CELL:
        raise csv.Error(f"a cell has more than {_LONGEST_CELL} characters")
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_DANGEROUS) else cell


def _sheet(name: str, found: Iterator[list[str]]) -> Sheet:
    """Rows without any text are passed over, and empty columns at the end of the header."""
    numbered = [(number, cells) for number, cells in islice(enumerate(found, start=1), MOST_ROWS + 2)]
    if len(numbered) > MOST_ROWS + 1:
        raise Unreadable(f"Sheet {name}: at most {MOST_ROWS} rows at a time.")
    header = _trimmed(numbered[0][1]) if numbered else []
    return Sheet(name, header, [(number, cells) for number, cells in numbered[1:] if any(map(str.strip, cells))])


def _trimmed(cells: Sequence[str]) -> list[str]:
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found
