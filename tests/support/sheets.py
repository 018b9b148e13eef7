"""Directories as workbooks and tables, made and read independently of the service."""

import base64
import csv
import io

from openpyxl import Workbook, load_workbook

EXPORT = """
query ($kinds: [DirectoryKind!], $locales: [String!], $company: ID, $format: DirectoryFileFormat! = XLSX) {
    exportDirectories(kinds: $kinds, locales: $locales, companyId: $company, format: $format) {
        name mediaType content } }
"""
_PAYLOAD = """{
    plan { digest rows changes { kind code isNew changes { field before after } } } errors { code message field } }"""
PREVIEW = f"mutation ($input: PreviewDirectoryImportInput!) {{ previewDirectoryImport(input: $input) {_PAYLOAD} }}"
IMPORT = f"mutation ($input: ImportDirectoriesInput!) {{ importDirectories(input: $input) {_PAYLOAD} }}"
Rows = list[list[str]]


def workbook(**sheets: Rows) -> str:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode()


def table(rows: Rows) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return base64.b64encode(buffer.getvalue().encode()).decode()


def read(content: str) -> dict[str, Rows]:
    book = load_workbook(io.BytesIO(base64.b64decode(content)))
    return {page.title: [[str(c.value or "") for c in row] for row in page.iter_rows()] for page in book.worksheets}


def at(rows: Rows, code: str, column: str) -> tuple[int, int]:
    place = next(number for number, row in enumerate(rows) if row[0] == code)
    return place, rows[0].index(column)


def put(rows: Rows, code: str, column: str, value: str) -> None:
    row, cell = at(rows, code, column)
    rows[row][cell] = value
