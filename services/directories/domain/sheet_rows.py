"""Reading the sheet of a directory: every mistake in it is named by sheet, row and column."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chassis.errors import Invalid
from services.directories.domain import rules
from services.directories.domain.entries import Kind
from services.directories.domain.sheets import DESCRIPTION, NAME, Sheet, columns, from_cell
from services.directories.domain.texts import TextChange

MOST_PROBLEMS: Final = 50
_TEXTS: Final[Mapping[str, Callable[[str], str | None]]] = {NAME: rules.name, DESCRIPTION: rules.description}
_TEXT_COLUMNS: Final = tuple(f"{part}." for part in _TEXTS)


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake, and where: `row` as a spreadsheet numbers it; None for the whole sheet or row."""

    sheet: str
    message: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`fields` are checked values by the names of domain/rules.py, `texts` those of all locales that are columns."""

    kind: Kind
    number: int
    code: str
    fields: Mapping[str, Any]
    texts: list[TextChange]


@dataclass(slots=True)
class ReadSheets:
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sheets(sheets: Iterable[Sheet], listed: Collection[str]) -> ReadSheets:
    """`listed` are the locales that texts are written in here."""
    found = ReadSheets()
    for sheet in sheets:
        kind = next((each for each in Kind if each.value == sheet.name.strip().lower()), None)
        if kind is None:
            named = ", ".join(each.value for each in Kind)
            found.problems.append(Problem(sheet.name, f"There is no such directory; a sheet is named {named}."))
            continue
        wrong = list(_wrong_headers(kind, sheet, listed))
        found.problems += wrong
        if not wrong:
            _read_rows(kind, sheet, found)
    return found


def _wrong_headers(kind: Kind, sheet: Sheet, listed: Collection[str]) -> Iterator[Problem]:
    needed = columns(kind).values()
    described = [f"{NAME}.{name.partition('.')[2]}" for name in sheet.header if name.startswith(f"{DESCRIPTION}.")]
    for name in (*needed, *described):
        if name not in sheet.header:
            yield Problem(sheet.name, f"The column {name} is missing.", column=name)
    for place, name in enumerate(sheet.header):
        if name in sheet.header[:place]:
            yield Problem(sheet.name, f"The column {name} is there twice.", column=name)
        elif name not in needed:
            reason = _wrong_text_column(name, listed)
            if reason is not None:
                yield Problem(sheet.name, reason, column=name)


def _wrong_text_column(name: str, listed: Collection[str]) -> str | None:
    part, dot, tag = name.partition(".")
    if part not in _TEXTS or not dot:
        return f"There is no column {name!r}; texts are in columns such as name.de and description.de."
    try:
        known = rules.locale(tag)
    except Invalid as refusal:
        return refusal.message
    if known != tag:
        return f"The locale of the column {name} is written {known}."
    return None if tag in listed else f"The locale {tag} is not used here: switch it on first."


def _read_rows(kind: Kind, sheet: Sheet, found: ReadSheets) -> None:
    """Stops when there are more problems than anybody reads."""
    rows: dict[str, int] = {}
    for number, cells in sheet.rows:
        if len(found.problems) >= MOST_PROBLEMS:
            return
        by_column = dict(zip(sheet.header, [*cells, *[""] * (len(sheet.header) - len(cells))], strict=False))
        if any(cell.strip() for cell in cells[len(sheet.header) :]):
            found.problems.append(Problem(sheet.name, "There is text beyond the last column.", number))
        row = _read_row(kind, sheet, number, by_column, found.problems)
        if row is not None and row.code in rows:
            message = f"The code {row.code} is in row {rows[row.code]} already."
            found.problems.append(Problem(sheet.name, message, number, "code"))
        elif row is not None:
            rows[row.code] = number
            found.rows.append(row)


def _read_row(
    kind: Kind, sheet: Sheet, number: int, by_column: Mapping[str, str], problems: list[Problem]
) -> SheetRow | None:
    """None where something in it is wrong."""
    fields: dict[str, Any] = {}
    texts: dict[str, dict[str, Any]] = {}
    before = len(problems)
    for field_name, column in columns(kind).items():
        try:
            fields[field_name] = rules.RULES[field_name](from_cell(field_name, by_column[column]))
        except ValueError as error:
            problems.append(Problem(sheet.name, str(error), number, column))
    for column in (each for each in sheet.header if each.startswith(_TEXT_COLUMNS)):
        part, _, tag = column.partition(".")
        try:
            texts.setdefault(tag, {"locale": tag})[part] = _text(part, tag, by_column)
        except ValueError as error:
            problems.append(Problem(sheet.name, str(error), number, column))
    return SheetRow(kind, number, fields.pop("code"), fields, [*texts.values()]) if len(problems) == before else None


def _text(part: str, tag: str, by_column: Mapping[str, str]) -> str | None:
    """An empty name is no translation. Raises ValueError saying what would be right."""
    cell = by_column[f"{part}.{tag}"].strip()
    if cell and part == DESCRIPTION and not by_column[f"{NAME}.{tag}"].strip():
        raise ValueError(f"A description needs a name beside it, in the column {NAME}.{tag}.")
    return _TEXTS[part](cell) if cell else None


def cycles(parents: Mapping[str, str | None]) -> Iterator[list[str]]:
    """The circles in which codes are above one another, each once; `parents` are by code."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path.append(at)
            at = parents.get(at)
        if at is not None and at in path:
            yield path[path.index(at) :]
        done.update(path)


def depth(code: str, parents: Mapping[str, str | None]) -> int:
    """How many are above it, where there are no circles."""
    above, found = parents.get(code), 0
    while above is not None:
        above, found = parents.get(above), found + 1
    return found


def odd_pairs(opposites: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Codes of link types whose opposite has another one, each with the opposite it names."""
    claims = Counter(opposite for opposite in opposites.values() if opposite is not None)
    for code, opposite in opposites.items():
        if opposite is not None and (opposites.get(opposite, code) != code or claims[opposite] > 1):
            yield code, opposite
