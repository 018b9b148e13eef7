"""The mapping file: from the columns of a table to the fields of an incident. Its reference is docs/importing.md."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.errors import InputProblem
from client.importing.codes import REFUSE, CodeTable
from client.importing.forms import FormReader
from client.importing.sections import CompanyRule, Source, read_company, read_key_column, read_source
from client.importing.tables import Table, nearest
from client.importing.targets import GROUPS, NEEDS, TITLE, TRANSLATED
from client.importing.values import Form

# The name stands in every idempotency key, beside a digest of 43 characters: together at most 64.
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


@dataclass(frozen=True, slots=True)
class Mapping:
    file: Path
    name: str
    source: Source
    key_column: str | None
    company: CompanyRule
    fields: dict[str, Form]
    tables: dict[str, CodeTable]

    def columns(self) -> Iterator[tuple[str, str]]:
        """Each column that is read, with the place of the mapping that names it."""
        if self.key_column is not None:
            yield "key.column", self.key_column
        if self.company.column is not None:
            yield "company.column", self.company.column
        for target, form in self.fields.items():
            yield from ((f"fields.{target}", column) for column in form.columns)

    def check_header(self, header: Sequence[str], source: Path) -> None:
        """Raises InputProblem for a column that `source` has not, or has twice."""
        for place, column in self.columns():
            if (times := header.count(column)) != 1:
                has = "has not" if times == 0 else "has more than once; rename one"
                way_out = nearest(column, [name for name in header if name])
                raise InputProblem(
                    f"{self.file}: {place}: names the column {column!r}, which {source} {has}. {way_out}"
                )


def load_mapping(file: Path) -> Mapping:
    """Raises InputProblem with file, place and the way out for whatever cannot be meant."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputProblem(f"The mapping {file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputProblem(f"{file} is not a TOML file in UTF-8: {error}.") from error
    return _read(Table(file, "", content))


def _read(whole: Table) -> Mapping:
    tables = _tables(_flat(whole.table("values")))
    mapping = Mapping(
        file=whole.file,
        name=_name(whole),
        source=read_source(whole.table("source")),
        key_column=read_key_column(whole.table("key")),
        company=read_company(whole.table("company")),
        fields=_fields(_flat(whole.table("fields")), tables),
        tables=tables,
    )
    whole.done()
    return mapping


def _name(whole: Table) -> str:
    name = whole.need("name", str)
    if not _NAME.fullmatch(name):
        whole.fail("must be 1 to 20 of a-z, 0-9 and hyphens; it stands in every row's idempotency key.", key="name")
    return name


def _fields(table: Table, tables: dict[str, CodeTable]) -> dict[str, Form]:
    reader = FormReader(tables)
    fields = {name: reader.read(name, table) for name in table.content}
    if TITLE not in fields:
        table.fail("is missing; every incident needs one: name a column or write a template.", key=TITLE)
    for name, other in NEEDS:
        if name in fields and other not in fields:
            table.fail(f"says nothing without {other}; name a column for that too.", key=name)
    return fields


def _tables(values: Table) -> dict[str, CodeTable]:
    for name in values.content:
        if name not in TRANSLATED:
            values.fail(f"has no codes to translate to; {nearest(name, TRANSLATED)}", key=name)
    return {name: _code_table(values.table(name)) for name in values.content}


def _code_table(table: Table) -> CodeTable:
    codes = table.table("codes")
    found = CodeTable(
        codes={raw: codes.need(raw, str) for raw in codes.content},
        separator=table.optional("separator", str),
        default=table.get("default", str, REFUSE),
        empty=table.optional("empty", str),
    )
    if found.separator == "":
        table.fail('must not be empty; leave it out, or write one like ",".', key="separator")
    table.done()
    return found


def _flat(table: Table) -> Table:
    """TOML reads `location.text = "state"` as a table in a table; our targets are written with the dot."""
    flat: dict[str, Any] = {}
    for name, written in table.content.items():
        nested = name in GROUPS and isinstance(written, dict)
        flat |= {f"{name}.{part}": below for part, below in written.items()} if nested else {name: written}
    return Table(table.file, table.place, flat)
