"""From turns to figures: medians of rounds, and of the ratios of each round."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Final, TypeAlias

from benchmarks.gateway.load import Turn
from benchmarks.gateway.shapes import SAYS
from benchmarks.results import Figure

# The rounds of a shape, so many callers and a gateway.
Turns: TypeAlias = dict[tuple[str, int, str], list[Turn]]
_SHARING: Final = "Hive (Rust planner)"
_RIVALS: Final = {"ours, no sharing": f"{_SHARING}, no sharing"}
_COMPARED: Final[tuple[tuple[str, str, Callable[[Turn], float]], ...]] = (
    ("requests", "1/s", lambda turn: turn.per_second),
    ("processor time", "ms", lambda turn: turn.processor),
    ("99 of 100 within", "ms", lambda turn: turn.worst_of_hundred),
)
_TOLD: Final[tuple[tuple[str, str, Callable[[Turn], float]], ...]] = (
    ("median", "ms", lambda turn: turn.median),
    ("share of its core that it used", "", lambda turn: turn.busy),
    ("share of the other core that callers and subgraphs used", "", lambda turn: turn.others_busy),
)


def figures_of(turns: Turns) -> list[Figure]:
    figures: list[Figure] = []
    for (shape, callers, name), taken in turns.items():
        where = f"{shape} ({SAYS[shape]}), {callers} at once: {name}"
        for what, unit, value in _COMPARED:
            for rival in _rivals(name):
                theirs = turns.get((shape, callers, rival))
                figures.append(_compared(f"{where}: {what}", unit, value, taken, theirs, rival))
        figures += [Figure(f"{where}: {what}", median(map(value, taken)), unit) for what, unit, value in _TOLD]
        figures.append(Figure(f"{where}: memory", max(turn.memory for turn in taken), "MB"))
    return figures


def _rivals(name: str) -> tuple[str, ...]:
    return (_RIVALS.get(name, _SHARING), "Apollo") if name.startswith("ours") else ("ours",)


def _compared(
    name: str,
    unit: str,
    value: Callable[[Turn], float],
    taken: Sequence[Turn],
    theirs: Sequence[Turn] | None,
    rival: str,
) -> Figure:
    """The ratio is the median of those of each round."""
    if theirs is None:
        return Figure(name, median(map(value, taken)), unit)
    ratio = median(value(mine) / value(other) for mine, other in zip(taken, theirs, strict=True))
    return Figure(name, median(map(value, taken)), unit, ratio, rival)
