"""Files from outside: what is too large, broken or meant to harm is refused before it costs anything."""

import base64
import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from services.directories.adapters.spreadsheets import Unreadable, read_csv, read_xlsx, write_csv, write_xlsx
from services.directories.domain.sheets import Sheet
from tests.support.sheets import workbook

SHEET = "xl/worksheets/sheet1.xml"
Change = Callable[[bytes], bytes]


def changed(part: str, change: Change, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of one cell, with one of its parts changed."""
    plain = zipfile.ZipFile(io.BytesIO(base64.b64decode(workbook(severity=[["code"], ["low"]]))))
    buffer = io.BytesIO()
    with plain, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in plain.namelist():
            content = plain.read(name)
            archive.writestr(name, change(content) if name == part else content, method if name == part else None)
    return buffer.getvalue()


def rows(xml: bytes) -> Change:
    """These instead of the rows of the sheet."""
    return lambda content: (
        content[: content.index(b"<sheetData>") + 11] + xml + content[content.index(b"</sheetData>") :]
    )


def entity(content: bytes) -> bytes:
    """Text that grows a hundredfold with each entity."""
    lines = [b'<!ENTITY a0 "0123456789">']
    lines += [b'<!ENTITY a%d "%s">' % (each, b"&a%d;" % (each - 1) * 100) for each in range(1, 6)]
    return b"<!DOCTYPE x [" + b"".join(lines) + b"]>" + content


WIDE = b"".join(b'<row r="%d"><c r="XFD%d" t="str"><v>x</v></c></row>' % (each, each) for each in range(1, 1000))
SHARED = (
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><f t="shared" si="0" ref="B2:B9">A1</f></c></row>'
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (changed(SHEET, lambda content: content + b" " * 17_000_000), "unpacks to more"),
        (changed("xl/styles.xml", lambda content: b" " * 17_000_000 + content), "unpacks to more"),
        (changed(SHEET, rows(WIDE)), "unpacks to more"),
        (changed(SHEET, rows(b'<row r="9999999"><c r="A9999999"><v>1</v></c></row>')), "at most 1000 rows"),
        (changed(SHEET, rows(SHARED)), "Cell B2 of sheet1.xml holds a formula"),
        (changed(SHEET, lambda content: content, method=zipfile.ZIP_BZIP2), "no XLSX"),
        (changed(SHEET, entity), "no XLSX"),
        (changed(SHEET, lambda content: entity(content).decode().encode("utf-16")), "no XLSX"),
        (changed(SHEET, lambda content: content[:-40]), "no XLSX"),
        (changed(SHEET, rows(b'<row r="1"><c r="A1" t="s"><v>77</v></c></row>')), "no XLSX"),
        (changed("xl/workbook.xml", lambda _: b"<workbook/>"), "no sheets"),
        (changed(SHEET, lambda content: content)[:-60], "no XLSX"),
        (b"PK\x03\x04 and no more", "no XLSX"),
        (b"", "no XLSX"),
    ],
)
def test_a_workbook_that_is_broken_or_too_large_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        read_xlsx(content)


def test_an_archive_of_many_parts_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(201):
            archive.writestr(f"part{number}", b"")

    with pytest.raises(Unreadable, match="unpacks to more"):
        read_xlsx(buffer.getvalue())


def test_an_archive_with_a_password_is_refused() -> None:
    content = bytearray(changed(SHEET, lambda found: found))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1

    with pytest.raises(Unreadable, match="no XLSX"):
        read_xlsx(bytes(content))


def test_an_archive_that_says_it_is_smaller_than_it_is_is_refused() -> None:
    honest = changed(SHEET, lambda content: content + b" " * 5_000_000)
    size = len(zipfile.ZipFile(io.BytesIO(honest)).read(SHEET)).to_bytes(4, "little")

    with pytest.raises(Unreadable, match="no XLSX"):
        read_xlsx(honest.replace(size, (900).to_bytes(4, "little")))


def test_cells_of_other_types_are_read_as_their_text() -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(["a", "b", "c", "d"])
    page.append([10, True, 1.5, None])
    page.append([])
    page.append([20.0, False, "x"])
    buffer = io.BytesIO()
    book.save(buffer)

    found = read_xlsx(buffer.getvalue())[0]

    assert found.header == ["a", "b", "c", "d"]
    assert [(number, list(cells)[:3]) for number, cells in found.rows] == [
        (2, ["10", "true", "1.5"]),
        (4, ["20", "false", "x"]),
    ]


TEXTS = ("=1+1", "+1", "-1", "@x", "'=x", "''", "＝1", "\tx", "a\nb", " x ", '"', "a;b,c", "é\u202e", "")


def test_whatever_is_written_is_read_again() -> None:
    sheet = Sheet("status", ["code", "name.en"], [(row, [f"c{row}", text]) for row, text in enumerate(TEXTS, start=2)])

    assert read_csv(write_csv(sheet), "status") == sheet
    assert read_xlsx(write_xlsx([sheet])) == [sheet]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "not in UTF-8"),
        (b'"code\n', "no CSV"),
        (b"code\n" + b"x" * 200_000, "no CSV"),
        (b"code\n" + b"x\n" * 1_001, "at most 1000 rows"),
    ],
)
def test_a_table_that_is_broken_or_too_large_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        read_csv(content, "status")
