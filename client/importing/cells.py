"""What a cell may hold, and what is wrong with one."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | datetime | date | time | timedelta | None

_SHOWN = 200


class BadValue(Exception):
    """A cell that cannot become the wanted value. `reason` is a sentence part that follows the column's name."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.value = value
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BadCell:
    """A line of the report. `row` counts as a spreadsheet does; `value` is as read, cut when long."""

    row: int
    column: str
    value: str
    reason: str

    @classmethod
    def of(cls, row: int, bad: BadValue) -> "BadCell":
        return cls(row, bad.column, bad.value[:_SHOWN], bad.reason)


def as_text(cell: Cell) -> str:
    """As a person would type it: no outer space, whole numbers without a fraction, dates in ISO 8601."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if math.isfinite(cell) and cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell).strip()


def put_right(cell: Cell, misread_as: str | None) -> Cell:
    """Undo "UTF-8 that somebody read as `misread_as` and stored again" (Hawaiâ€˜i), where all of a cell fits that."""
    if misread_as is None or not isinstance(cell, str) or cell.isascii():
        return cell
    try:
        return cell.encode(misread_as).decode("utf-8")
    except UnicodeError:
        return cell
