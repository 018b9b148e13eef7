"""The registry as a stack beside the registry in one process: how fast each imports and reads lists, turn by turn.

Both run at the same time and one of them works, so that figures that are compared are seconds apart. A third, a stack
with two gateways and two incidents services, shows what the balancers bring.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from statistics import median
from typing import Final

from benchmarks.importing import Import, timed_import
from benchmarks.listing import LIST, Turn, timed_requests
from benchmarks.results import Figure
from benchmarks.system import System, running_system

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
        imports = await _imports(systems)
        lists = await _lists(systems)
    return [*figures_of_imports(imports), *figures_of_lists(lists)], [
        f"{_ROUNDS} rounds of turns, medians; {os.cpu_count()} cores for everything, callers and client included.",
        f"An import has {_ROWS} rows; a list has 50 incidents with six fields of other services, for {_SECONDS:g} s.",
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
                turn = await timed_requests(system, LIST, {"first": 50}, callers=callers, seconds=_SECONDS)
                turns.setdefault((name, callers), []).append(turn)
    return turns


def _in_turn(systems: Mapping[str, System], number: int) -> list[tuple[str, System]]:
    """Every second round the other way round: what grows during a run favours nobody."""
    return list(systems.items())[:: -1 if number % 2 else 1]


def figures_of_imports(turns: Imports) -> list[Figure]:
    figures = []
    for name, runs in turns.items():
        other = turns[_COMPARED.get(name, name)]
        for what, rates, others in (
            ("import", [run.rows / run.seconds for run in runs], [run.rows / run.seconds for run in other]),
            ("import until handled", [run.rows / run.told for run in runs], [run.rows / run.told for run in other]),
        ):
            figures.append(_figure(f"{name}: {what}", rates, others, name, "incidents/s"))
        used = [{part: spent / run.rows * 1000 for part, spent in run.used.items()} for run in runs]
        figures += _processor(f"{name}: import", used)
    return figures


def figures_of_lists(turns: Lists) -> list[Figure]:
    figures = []
    for (name, callers), those in turns.items():
        other = turns[_COMPARED.get(name, name), callers]
        title = f"{name}: list, callers {callers}"
        figures += [
            _figure(f"{title}: requests", [t.per_second for t in those], [t.per_second for t in other], name, "1/s"),
            _figure(f"{title}: median", [t.within(0.5) for t in those], [t.within(0.5) for t in other], name, "ms"),
            _figure(
                f"{title}: 99 of 100 within",
                [t.within(0.99) for t in those],
                [t.within(0.99) for t in other],
                name,
                "ms",
            ),
            *_processor(title, [turn.processor for turn in those]),
        ]
    return figures


def _figure(title: str, values: Sequence[float], others: Sequence[float], name: str, unit: str) -> Figure:
    """With the median of the ratios within each round, where there is something to compare with."""
    if name not in _COMPARED:
        return Figure(title, median(values), unit)
    ratio = median(value / other for value, other in zip(values, others, strict=True))
    return Figure(title, median(values), unit, ratio, _COMPARED[name])


def _processor(title: str, used: Sequence[Mapping[str, float]]) -> list[Figure]:
    """Of all, and of each program that takes a hundredth of that."""
    total = median(sum(each.values()) for each in used)
    parts = {
        part: median(each.get(part, 0) for each in used) for part in sorted({part for each in used for part in each})
    }
    return [
        Figure(f"{title}: processor time", total, "ms"),
        *(Figure(f"{title}: processor time: {part}", ms, "ms") for part, ms in parts.items() if ms > total / 100),
    ]
