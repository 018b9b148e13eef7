"""Values that name an entry of a directory by its code, directly or through a table of the mapping."""

from collections.abc import Mapping
from dataclasses import dataclass

from client.importing.cells import BadValue, as_text
from client.importing.values import Cells

REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class CodeTable:
    """From raw values to codes. A cell with several values takes the first line of the table that fits one of them."""

    codes: Mapping[str, str]
    separator: str | None
    default: str  # a code, or REFUSE
    empty: str | None

    @property
    def targets(self) -> set[str]:
        """Every code that the table can answer."""
        return {*self.codes.values(), *({self.default} - {REFUSE}), *({self.empty} if self.empty else ())}

    def find(self, raw: str) -> str | None:
        """None when the table has no answer, not even a default."""
        parts = {part.strip() for part in raw.split(self.separator)} if self.separator else {raw}
        for value, code in self.codes.items():
            if value in parts:
                return code
        return None if self.default == REFUSE else self.default


@dataclass(frozen=True, slots=True)
class Code:
    """Without a table the cell holds the code itself."""

    column: str
    target: str
    table: CodeTable | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def read(self, cells: Cells) -> str | None:
        raw = as_text(cells[self.column])
        if not raw:
            return self.table.empty if self.table else None
        code = self.table.find(raw) if self.table else raw
        if code is None:
            reason = f"has no code in the mapping; add it to [values.{self.target}.codes] or give a default there"
            raise BadValue(self.column, raw, reason)
        return code
