"""`python -m benchmarks.gateway.table`: the figures that were kept, as the table of docs/performance.md."""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.results import FILE

_HEAD: Final = """\
| question, callers | ours against | Hive (Rust planner) | Apollo | processor ms: ours; Hive, Apollo \
| 99 of 100 within ms | memory MB | core used |
|---|---|---|---|---|---|---|---|"""
_OURS: Final = {"ours": "sharing", "ours, no sharing": "no sharing", "ours, signed in": "signed in"}
Figures = dict[tuple[str, str, str], dict[str | None, dict[str, Any]]]


def rows(kept: list[dict[str, Any]]) -> Iterator[str]:
    """One for each question, number of callers and way that ours ran."""
    figures = _sorted(kept)
    for where, name in dict.fromkeys((where, name) for where, name, _ in figures):
        if name in _OURS:
            rivals = [rival for rival in figures[where, name, "requests"] if rival is not None]
            yield _row(figures, where, name, rivals)


def _row(figures: Figures, where: str, name: str, rivals: list[str]) -> str:
    requests = figures[where, name, "requests"]
    cells = [
        _short(where),
        _OURS[name],
        *([f"{requests[rival]['ratio']:.1f} ×" for rival in rivals] or ["", ""]),
        *(_all(figures, where, [name, *rivals], what) for what in ("processor time", "99 of 100 within", "memory")),
        f"{_value(figures, where, name, 'share of its core that it used'):.0%}",
    ]
    return f"| {' | '.join(cells)} |"


def _all(figures: Figures, where: str, names: list[str], what: str) -> str:
    digits = 2 if what == "processor time" else 0
    ours, *theirs = (f"{_value(figures, where, name, what):.{digits}f}" for name in names)
    return f"{ours}; {', '.join(theirs)}" if theirs else ours


def _value(figures: Figures, where: str, name: str, what: str) -> float:
    return float(next(iter(figures[where, name, what].values()))["value"])


def _short(where: str) -> str:
    """`small (two fetches, under 1 kB), 50 at once` as `small, 50`."""
    shape, _, rest = where.partition(" (")
    return f"{shape}, {rest.rpartition('), ')[2].removesuffix(' at once')}"


def _sorted(kept: list[dict[str, Any]]) -> Figures:
    """By where, gateway and what; those that are compared, by whom they are compared with."""
    figures: Figures = {}
    for figure in kept:
        where, _, rest = figure["name"].partition(": ")
        name, _, what = rest.rpartition(": ")
        figures.setdefault((where, name, what), {})[figure["ratio_to"]] = figure
    return figures


if __name__ == "__main__":
    sys.stdout.write("\n".join([_HEAD, *rows(json.loads(FILE.read_text(encoding="utf-8"))["gateway"]["figures"]), ""]))
