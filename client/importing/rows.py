"""From a row of the table to an incident to register, or to the cells that stop it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from client.importing.cells import BadCell, BadValue, Cell, as_text, put_right
from client.importing.content import content_of, lacking
from client.importing.directories import Directories
from client.importing.keys import Keys
from client.importing.mapping import Mapping
from client.importing.sources import SourceFile, SourceRow
from client.importing.targets import TITLE, target_of
from client.importing.values import CONTROL

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row that is good as far as one can tell from here. `content` is the input without the company."""

    number: int
    company: str | None
    content: dict[str, Any]
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class RowReader:
    """Makes the same of the same file each time it is asked."""

    mapping: Mapping
    directories: Directories
    source: SourceFile

    def read(self) -> Iterator[Prepared | list[BadCell]]:
        keys = Keys(self.mapping.name, self.mapping.key_column)
        for row in self.source.rows():
            yield self._prepare(row, keys)

    def blame(self, row: Prepared, path: list[str], reason: str) -> BadCell:
        """What the server refused, told in the words of the table. `path` is that of the refused input."""
        target = target_of(path)
        form = self.mapping.fields.get(target) if target else None
        columns = form.columns if form else ()
        if "company" in path and self.mapping.company.column:
            columns = (self.mapping.company.column,)
        value = as_text(row.cells[columns[0]]) if columns else ""
        return BadCell.of(row.number, BadValue(", ".join(dict.fromkeys(columns)), value, reason))

    def _prepare(self, row: SourceRow, keys: Keys) -> Prepared | list[BadCell]:
        misread_as = self.mapping.source.misread_as
        cells = {name: put_right(cell, misread_as) for name, cell in row.cells.items()}
        bad = list(row.bad)
        key = self._key(row, keys, bad)
        if row.bad:
            return [BadCell.of(row.number, problem) for problem in row.bad]
        company, content = self._company(cells, bad), self._content(cells, bad)
        if bad:
            return [BadCell.of(row.number, problem) for problem in bad]
        return Prepared(row.number, company, {**content, "idempotencyKey": key}, cells)

    def _content(self, cells: dict[str, Cell], bad: list[BadValue]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        wrong: list[BadValue] = []
        for target, form in self.mapping.fields.items():
            try:
                found[target] = form.read(cells)
                if target == TITLE and found[target] is None:
                    raise BadValue(", ".join(form.columns), "", "gives no title, and an incident needs one")  # noqa: TRY301 - told like any other bad cell.
            except BadValue as problem:
                wrong.append(problem)
        values = {target: value for target, value in found.items() if value is not None}
        content = content_of(values)
        bad += [*wrong, *(lacking(values, self.mapping.fields) if not wrong else ())]
        bad.extend(self.directories.misfits(content, self.mapping, cells))
        return content

    def _key(self, row: SourceRow, keys: Keys, bad: list[BadValue]) -> str:
        """Bad rows are counted too, so that putting one right does not change the keys of the others."""
        column = self.mapping.key_column
        try:
            return keys.next(row.raw, row.cells.get(column) if column else None)
        except BadValue as problem:
            bad.append(problem)
            return ""

    def _company(self, cells: dict[str, Cell], bad: list[BadValue]) -> str | None:
        column = self.mapping.company.column
        if column is None:
            return None
        try:
            return company_name(column, as_text(cells.get(column)))
        except BadValue as problem:
            bad.append(problem)
            return None


def company_name(column: str, text: str) -> str:
    """As the server stores names: one space between words, composed characters. Raises BadValue."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name:
        raise BadValue(column, "", "is empty; the incident needs a company")
    if len(name) > _LONGEST_NAME or CONTROL.search(name):
        raise BadValue(column, CONTROL.sub("?", name), f"is no name: at most {_LONGEST_NAME} printable characters")
    return name
