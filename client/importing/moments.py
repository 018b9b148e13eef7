"""Dates and times of a table as moments with an offset from UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from client.importing.cells import BadValue, Cell, as_text
from client.importing.values import Cells


@dataclass(frozen=True, slots=True)
class Moment:
    """Read by the first of `formats` (as in strptime) that fits, or as ISO 8601 when there are none.

    What has no offset of its own is local time in `zone`; a bare date means the start of that day there.
    """

    column: str
    formats: tuple[str, ...]
    zone: ZoneInfo

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> str | None:
        cell = cells[self.column]
        if not as_text(cell):
            return None
        try:
            return self._in_zone(self._parse(cell)).isoformat()
        except (ValueError, OverflowError) as error:
            raise BadValue(self.column, as_text(cell), self._reason()) from error

    def _parse(self, cell: Cell) -> datetime:
        match cell:
            case datetime():
                return cell
            case date():
                return datetime.combine(cell, time())
            case str():
                return self._parse_text(cell.strip())
        raise ValueError

    def _parse_text(self, text: str) -> datetime:
        for form in self.formats:
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - _in_zone gives it its zone.
            except ValueError:
                continue
        if self.formats:
            raise ValueError
        return datetime.fromisoformat(text)

    def _in_zone(self, moment: datetime) -> datetime:
        """Through UTC and back, because a clock change may skip the written hour, even midnight."""
        placed = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return placed.astimezone(UTC).astimezone(placed.tzinfo)

    def _reason(self) -> str:
        known = " or ".join(self.formats) or "ISO 8601, such as 2024-03-31 or 2024-03-31T14:05"
        return f"is not a date written as {known}"
