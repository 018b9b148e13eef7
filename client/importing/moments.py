"""Dates and times of a table as moments with an offset from UTC, and how exact they are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from client.importing.cells import BadValue, Cell, as_text
from client.importing.values import Cells

MINUTE, HOUR, DAY = PRECISIONS = ("MINUTE", "HOUR", "DAY")
_HOURS = ("%H", "%I", "%c", "%X")
_MINUTES = ("%M", "%c", "%X")
_DATE = len("2024-03-31")


class Told(NamedTuple):
    """When it was, in ISO 8601, and how exact that is."""

    at: str
    precision: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Read by the first of `formats` (as in strptime) that fits, or as ISO 8601 when there are none.

    What has no offset of its own is local time in `zone`; a bare date means the start of that day there, and is exact
    to the day. `precision` says it for cells that look more exact than they are.
    """

    column: str
    formats: tuple[str, ...]
    zone: ZoneInfo
    precision: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> Told | None:
        cell = cells[self.column]
        if not as_text(cell):
            return None
        try:
            moment, precision = self._parse(cell)
            return Told(self._in_zone(moment).isoformat(), self.precision or precision)
        except (ValueError, OverflowError) as error:
            raise BadValue(self.column, as_text(cell), self._reason()) from error

    def _parse(self, cell: Cell) -> tuple[datetime, str]:
        match cell:
            case datetime():  # a workbook knows no bare dates: it shows the midnight of one as a date
                return cell, DAY if cell.time() == time() else MINUTE
            case date():
                return datetime.combine(cell, time()), DAY
            case str():
                return self._parse_text(cell.strip())
        raise ValueError

    def _parse_text(self, text: str) -> tuple[datetime, str]:
        for form in self.formats:
            try:
                return datetime.strptime(text, form), _precision(form)  # noqa: DTZ007 - _in_zone gives it its zone.
            except ValueError:
                continue
        if self.formats:
            raise ValueError
        return datetime.fromisoformat(text), DAY if len(text) <= _DATE else MINUTE

    def _in_zone(self, moment: datetime) -> datetime:
        """Through UTC and back, because a clock change may skip the written hour, even midnight."""
        placed = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return placed.astimezone(UTC).astimezone(placed.tzinfo)

    def _reason(self) -> str:
        known = " or ".join(self.formats) or "ISO 8601, such as 2024-03-31 or 2024-03-31T14:05"
        return f"is not a date written as {known}"


def _precision(form: str) -> str:
    """Of what is written in that form."""
    if any(each in form for each in _MINUTES):
        return MINUTE
    return HOUR if any(each in form for each in _HOURS) else DAY
