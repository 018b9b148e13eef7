"""Files that are not what the mapping says, and the numbers of rows."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from client.errors import InputProblem
from client.importing.cells import put_right
from client.importing.sections import Source
from client.importing.sources import SourceFile

PLAIN = Source(encoding="utf-8", delimiter=",", sheet=None, header_row=1, misread_as=None)


def read(path: Path, content: bytes, source: Source = PLAIN) -> list[tuple[int, dict[str, object]]]:
    path.write_bytes(content)
    return [(row.number, dict(row.cells)) for row in SourceFile(path, source).rows()]


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", b'\xef\xbb\xbfa,b\r\n1,"two\r\nlines"\r\n,\r\n3,4\r\n')

    assert rows == [(2, {"a": "1", "b": "two\r\nlines"}), (4, {"a": "3", "b": "4"})]


def test_a_row_that_lost_a_cell_is_bad_and_the_others_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3\n5,6,7\n8,9,\n")

    bad = {row.number: [problem.reason for problem in row.bad] for row in SourceFile(path, PLAIN).rows()}

    assert bad == {
        2: [],
        3: ["the row has 1 cells, the header 2; check its delimiters and quotes"],
        4: ["the row has 3 cells, the header 2; check its delimiters and quotes"],
        5: [],
    }


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "a,b\n1,2\nStraße,2\n".encode("latin-1"), "is not utf-8"),
        ("a.csv", b'a,b\n1,"2\n', "is not well-formed CSV"),
        ("a.csv", b"", "has no header in row 1"),
        ("a.xlsx", b"a,b\n1,2\n", "is not an XLSX workbook"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(InputProblem, match=reason):
        read(tmp_path / name, content)


@pytest.mark.parametrize("name", ["absent.csv", "absent.xlsx"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputProblem, match="cannot be read: No such file"):
        SourceFile(tmp_path / name, PLAIN)


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["other"])  # type: ignore[union-attr]  # a new workbook has a sheet.
    book.create_sheet("Register").append(["a", "b"])
    book["Register"].append([1, None])
    book.save(tmp_path / "a.xlsx")

    rows = SourceFile(tmp_path / "a.xlsx", Source("utf-8", ",", "Register", 1, None)).rows()

    assert [(row.number, row.cells) for row in rows] == [(2, {"a": 1, "b": None})]
    with pytest.raises(InputProblem, match="did you mean 'Register'"):
        SourceFile(tmp_path / "a.xlsx", Source("utf-8", ",", "Registre", 1, None))


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("Hawai‘i — “ok”".encode().decode("latin-1"), "Hawai‘i — “ok”"),
        ("Zoë", "Zoë"),  # was never misread
        ("“quoted”", "“quoted”"),
        ("plain", "plain"),
        (4, 4),
        (None, None),
    ],
)
def test_text_that_was_misread_once_is_put_right(cell: str | int | None, right: str | int | None) -> None:
    assert put_right(cell, "latin-1") == right
