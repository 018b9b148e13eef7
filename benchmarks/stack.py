"""The registry as a stack beside the registry in one process: how fast each imports and reads lists, turn by turn.

Both run at the same time and one of them works, so that figures that are compared are seconds apart. A third, a stack
with two gateways and two incidents services, shows what the balancers bring.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Final, Generic, TypeVar

from benchmarks.importing import Import, timed_import
from benchmarks.listing import LIST, Turn, timed_requests
from benchmarks.processes import Others
from benchmarks.results import Figure
from benchmarks.system import System, running_system

T = TypeVar("T")
ONE, STACK, DOUBLED = "one process", "stack", "stack, two gateways and two incidents services"
_KINDS: Final = {ONE: ("up", ""), STACK: ("stack", ""), DOUBLED: ("stack", "gateway=2 incidents=2")}
_COMPARED: Final = {STACK: ONE, DOUBLED: STACK}
_ROUNDS: Final = 3
_ROWS: Final = 1_500
_SECONDS: Final = 4.0
_CALLERS: Final = (8, 1)

Imports = Mapping[str, Sequence[Import]]
Lists = Mapping[tuple[str, int], Sequence[Turn]]


async def measure_stack() -> tuple[list[Figure], list[str]]:
    async with AsyncExitStack() as running:
        systems = {
            name: await running.enter_async_context(running_system(command, scale))
            for name, (command, scale) in _KINDS.items()
        }
        others = Others()
        imports = await _imports(systems)
        lists = await _lists(systems)
        busy = others.told()
    return [*figures_of_imports(imports), *figures_of_lists(lists)], [
        f"{_ROUNDS} rounds of turns, medians; {os.cpu_count()} cores for everything, callers and client included.",
        busy,
        f"An import has {_ROWS} rows. A list has 43 to 50 incidents with six fields of other services.",
        f"Every caller asks for a list of another length, for {_SECONDS:g} s in a turn.",
        "Processor time is of all processes of a kind together; `deploy.local stack` is supervisor and balancers.",
    ]


async def _imports(systems: Mapping[str, System]) -> Imports:
    turns: dict[str, list[Import]] = {name: [] for name in systems}
    for number in range(_ROUNDS):
        for name, system in _in_turn(systems, number):
            turns[name].append(await timed_import(system, _ROWS, first=number * _ROWS))
    return turns


async def _lists(systems: Mapping[str, System]) -> Lists:
    turns: dict[tuple[str, int], list[Turn]] = {}
    for number in range(_ROUNDS):
        for callers in _CALLERS:
            for name, system in _in_turn(systems, number):
                turn = await timed_requests(system, LIST, _own_list, callers=callers, seconds=_SECONDS)
                turns.setdefault((name, callers), []).append(turn)
    return turns


def _own_list(caller: int) -> dict[str, int]:
    """No two callers ask the same, or one gateway would fetch once for several of them, and two would twice."""
    return {"first": 50 - caller}


def _in_turn(systems: Mapping[str, System], number: int) -> list[tuple[str, System]]:
    """Every second round the other way round: what grows during a run favours nobody."""
    return list(systems.items())[:: -1 if number % 2 else 1]


def figures_of_imports(turns: Imports) -> list[Figure]:
    figures = []
    for name, runs in turns.items():
        kind = _Kind(name, runs, turns.get(_COMPARED.get(name, "")))
        figures += [
            kind.figure("import", "incidents/s", lambda run: run.rows / run.seconds),
            kind.figure("import until handled", "incidents/s", lambda run: run.rows / run.told),
            kind.figure("import: processor time", "ms", lambda run: sum(run.used.values()) / run.rows * 1000),
            kind.figure("import: cores kept busy", "cores", lambda run: sum(run.used.values()) / run.told),
            *_parts(f"{name}: import", [{part: s / run.rows * 1000 for part, s in run.used.items()} for run in runs]),
        ]
    return figures


def figures_of_lists(turns: Lists) -> list[Figure]:
    figures = []
    for (name, callers), those in turns.items():
        kind, title = _Kind(name, those, turns.get((_COMPARED.get(name, ""), callers))), f"list, callers {callers}"
        figures += [
            kind.figure(f"{title}: requests", "1/s", lambda turn: turn.per_second),
            kind.figure(f"{title}: median", "ms", lambda turn: turn.within(0.5)),
            kind.figure(f"{title}: 99 of 100 within", "ms", lambda turn: turn.within(0.99)),
            kind.figure(f"{title}: processor time", "ms", lambda turn: sum(turn.processor.values())),
            kind.figure(f"{title}: cores kept busy", "cores", lambda turn: turn.cores),
            *_parts(f"{name}: {title}", [turn.processor for turn in those]),
        ]
    return figures


@dataclass(frozen=True, slots=True)
class _Kind(Generic[T]):
    """The turns of one kind of system, and of that with which it is compared."""

    name: str
    turns: Sequence[T]
    others: Sequence[T] | None

    def figure(self, what: str, unit: str, measure: Callable[[T], float]) -> Figure:
        """The median, and that of the ratios within each round."""
        title, values = f"{self.name}: {what}", [measure(turn) for turn in self.turns]
        if self.others is None:
            return Figure(title, median(values), unit)
        ratios = [value / measure(other) for value, other in zip(values, self.others, strict=True)]
        return Figure(title, median(values), unit, median(ratios), _COMPARED[self.name])


def _parts(title: str, used: Sequence[Mapping[str, float]]) -> list[Figure]:
    """Of each program that takes a hundredth of all, its milliseconds."""
    least = median(sum(each.values()) for each in used) / 100
    names = sorted({part for each in used for part in each})
    parts = {part: median(each.get(part, 0) for each in used) for part in names}
    return [Figure(f"{title}: processor time: {part}", ms, "ms") for part, ms in parts.items() if ms > least]
