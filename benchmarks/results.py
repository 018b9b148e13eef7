"""Figures as they are kept: a name, a value, its unit, and what it is to be compared with."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is `value` divided by the figure that `ratio_to` names; None where nothing is compared."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    ratio_to: str | None = None

    def __str__(self) -> str:
        compared = "" if self.ratio is None else f"   {self.ratio:.2f} × {self.ratio_to}"
        return f"{self.name:<100} {self.value:>10.2f} {self.unit}{compared}"


def keep(part: str, figures: Sequence[Figure], notes: Sequence[str]) -> None:
    """Replaces what was kept of this part of the measurements; the others stay."""
    kept = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    kept[part] = {"machine": machine, "figures": [asdict(figure) for figure in figures], "notes": list(notes)}
    FILE.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
