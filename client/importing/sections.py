"""The sections of a mapping that say where rows come from: [source], [key] and [company]."""

from dataclasses import dataclass

from client.importing.tables import Table


@dataclass(frozen=True, slots=True)
class Source:
    """How to read the file. `header_row` counts from 1; `misread_as` is explained at cells.put_right."""

    encoding: str
    delimiter: str
    sheet: str | None
    header_row: int
    misread_as: str | None


@dataclass(frozen=True, slots=True)
class CompanyRule:
    """`column` None leaves the company to the server. `details` are what each created company gets beside its name."""

    column: str | None
    create: bool
    details: dict[str, str]


def read_source(table: Table) -> Source:
    source = Source(
        encoding=_encoding(table, "encoding") or "utf-8",
        delimiter=table.get("delimiter", str, ","),
        sheet=table.optional("sheet", str),
        header_row=table.get("header_row", int, 1),
        misread_as=_encoding(table, "misread_as"),
    )
    if len(source.delimiter) != 1 or source.delimiter in '"\r\n':
        table.fail('must be one character, for example ";" or "\\t".', key="delimiter")
    if source.header_row < 1:
        table.fail("must be 1 or more: rows count from 1.", key="header_row")
    table.done()
    return source


def read_key_column(table: Table) -> str | None:
    column = table.optional("column", str)
    table.done()
    return column


def read_company(table: Table) -> CompanyRule:
    rule = CompanyRule(
        column=table.optional("column", str),
        create=table.get("create", bool, default=False),
        details=_details(table.table("new")),
    )
    if rule.column is None and rule.create:
        table.fail('needs column = "..." to know the names of the companies to create.')
    table.done()
    return rule


def _details(table: Table) -> dict[str, str]:
    given = {
        "country": table.optional("country", str),
        "timeZone": table.optional("time_zone", str),
        "defaultLocale": table.optional("default_locale", str),
    }
    table.done()
    return {name: value for name, value in given.items() if value is not None}


def _encoding(table: Table, key: str) -> str | None:
    name = table.optional(key, str)
    try:
        "".encode(name or "utf-8")
    except LookupError:
        table.fail(f"{name!r} is not a text encoding; write one like utf-8, cp1251 or latin-1.", key=key)
    return name
