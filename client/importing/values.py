"""How cells become values of an incident: one small class for each form a mapping can write.

Each has `columns` (what it reads) and `read(cells)`, which answers None for "leave the field out" and raises
BadValue for a cell that does not fit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from client.importing.cells import BadValue, Cell, as_text

Cells = Mapping[str, Cell]
Value = str | float | bool | list[str]

_LARGEST = 2**31 - 1  # GraphQL's Int
# The server keeps tabs and line ends and refuses the rest.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COUNTRY = re.compile(r"[A-Z]{2}")


class Form(Protocol):
    @property
    def columns(self) -> tuple[str, ...]: ...

    def read(self, cells: Cells, /) -> Value | tuple[str, ...] | None: ...


@dataclass(frozen=True, slots=True)
class Constant:
    """The same value in every row."""

    value: Value
    columns: tuple[str, ...] = ()

    def read(self, _: Cells, /) -> Value | None:
        return self.value


@dataclass(frozen=True, slots=True)
class Text:
    """The cell's text as it is written, at most `limit` characters."""

    column: str
    limit: int

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> str | None:
        cell = cells[self.column]
        text = cell if isinstance(cell, str) else as_text(cell)
        if CONTROL.search(text):
            raise BadValue(self.column, CONTROL.sub("?", text), "holds a control character; take it out")
        if len(text) > self.limit:
            raise BadValue(self.column, text, f"has {len(text)} characters; at most {self.limit} fit, shorten it")
        return text if text.strip() else None


@dataclass(frozen=True, slots=True)
class Country:
    """A two-letter code of ISO 3166-1."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> str | None:
        text = as_text(cells[self.column]).upper()
        if text and not _COUNTRY.fullmatch(text):
            raise BadValue(self.column, text, "is not a two-letter country code of ISO 3166-1 such as KZ or DE")
        return text or None


@dataclass(frozen=True, slots=True)
class Integer:
    """A count: a whole number from 0 on, with `thousands` taken out between digits."""

    column: str
    thousands: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> int | None:
        text = as_text(cells[self.column])
        digits = text.replace(self.thousands, "") if self.thousands else text
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit()):
            raise BadValue(self.column, text, "is not a whole number from 0 on")
        if len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST:
            raise BadValue(self.column, text, f"is larger than {_LARGEST}")
        return int(digits)


@dataclass(frozen=True, slots=True)
class Tags:
    """Every part of every column once, in the order found."""

    columns: tuple[str, ...]
    separator: str
    limit: int

    def read(self, cells: Cells) -> list[str] | None:
        found: dict[str, None] = {}
        for column in self.columns:
            text = as_text(cells[column])
            for part in text.split(self.separator) if self.separator else [text]:
                found[self._tag(column, part.strip())] = None
        return [tag for tag in found if tag] or None

    def _tag(self, column: str, tag: str) -> str:
        if len(tag) > self.limit or CONTROL.search(tag):
            reason = f"is no tag: a tag has at most {self.limit} characters, none of them a control character"
            raise BadValue(column, CONTROL.sub("?", tag), reason)
        return tag
