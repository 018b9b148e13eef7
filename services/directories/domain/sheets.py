"""Directories as tables: which columns the sheet of a directory has, and what its cells mean.

    code | color | icon | order | active | validFrom | validTo | ... | name.en | description.en | name.de | ...

Every cell is text; an empty one is nothing. Other entries are named by their codes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.directories.domain import rules
from services.directories.domain.entries import Kind, StatusCategory

NAME: Final = "name"
DESCRIPTION: Final = "description"
PATTERN: Final = "pattern"  # the only field in which space at the ends means something
_COLUMNS: Final[Mapping[str, str]] = {"valid_from": "validFrom", "valid_to": "validTo", "is_initial": "isInitial"}
_WORDS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` are those below the header, with their numbers as a spreadsheet shows them; cells may be missing."""

    name: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def columns(kind: Kind) -> dict[str, str]:
    """The columns of the directory by the names of domain/rules.py, but for the texts."""
    return {name: _COLUMNS.get(name, name) for name in rules.fields_of(kind)}


def text_columns(locales: Iterable[str]) -> list[str]:
    return [f"{part}.{tag}" for tag in locales for part in (NAME, DESCRIPTION)]


def to_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def from_cell(field: str, cell: str) -> Any:
    """The value of the field. Raises ValueError saying what would be right."""
    return _READERS.get(field, _text)(cell if field == PATTERN else cell.strip())


def _text(cell: str) -> str | None:
    return cell or None


def _number(cell: str) -> int | None:
    if cell and not cell.isascii():
        raise ValueError(f"{cell!r} is no number.")
    try:
        return int(cell) if cell else None
    except ValueError as error:
        raise ValueError(f"{cell!r} is no number.") from error


def _flag(cell: str) -> bool:
    if cell.lower() not in _WORDS:
        raise ValueError(f"{cell!r} is neither true nor false.")
    return _WORDS[cell.lower()]


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError as error:
        raise ValueError(f"{cell!r} is no day: write it as 2026-12-31.") from error


def _category(cell: str) -> str:
    if cell not in {each.value for each in StatusCategory}:
        raise ValueError(f"{cell!r} is no category: write {', '.join(StatusCategory)}.")
    return cell


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "order": _number,
    "rank": _number,
    "active": _flag,
    "category": _category,
    "visible": _flag,
    "is_initial": _flag,
    "single": _flag,
    "valid_from": _day,
    "valid_to": _day,
}
