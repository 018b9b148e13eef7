"""Numbers with a fraction: amounts of money and degrees."""

import re
from dataclasses import dataclass

from client.importing.cells import BadValue, as_text
from client.importing.values import Cells

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Decimals:
    """With `thousands` taken out between digits, and `point` before the fraction. The graph's text for an `amount`."""

    column: str
    thousands: str = ""
    point: str = "."
    amount: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> str | float | None:
        cell = cells[self.column]
        text = as_text(cell)
        written = text
        if isinstance(cell, str):
            written = (text.replace(self.thousands, "") if self.thousands else text).replace(self.point, ".")
        if not written:
            return None
        if not _NUMBER.fullmatch(written) or (self.amount and written.startswith("-")):
            least = " from 0 on" if self.amount else ""
            raise BadValue(self.column, text, f"is not a number{least} such as 12{self.point}5")
        return written if self.amount else float(written)
