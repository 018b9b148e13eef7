"""How much faster two and three workers empty the same backlog of events than one, and what the time goes into.

A turn: the service forgets what it handled, the backlog is published again, so many workers start, and the clock runs
from when all are ready until all is handled. Afterwards order and effects are checked. Turns alternate.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.backlog import forget, tell, until_told
from benchmarks.plant import Plant, running_plant
from benchmarks.processes import Others, processor_seconds
from benchmarks.results import Figure
from chassis.worker import Worker
from deploy.local.checks import check_effects, check_order, check_projection
from deploy.local.postgres import Connection
from deploy.local.services import SERVICES

_LISTENING: Final = ("files", "notifications")
_SOURCE: Final = "incidents"
_ORDERS: Final = ((1, 2, 3), (3, 2, 1))  # of turns: what grows during a run favours neither
_INCIDENTS: Final = int(os.environ.get("REGISTRY_BENCH_INCIDENTS", "1000"))
_LOOK_SECONDS: Final = 0.1
_HANDLED: Final = "SELECT count(*) FROM handled_event"
# Workers that start together begin with all lanes at one of them, and share them at their next looks.
_SHARED_AFTER: Final = 7.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn showed: `per_second` of the whole, `shared` from when the lanes are shared (None: over before).

    `processor` are milliseconds per event, by what used them; `cores` is how many all of it kept busy.
    """

    per_second: float
    shared: float | None
    processor: Mapping[str, float]
    cores: float


@dataclass(frozen=True, slots=True)
class _Listener:
    """A service, with sessions at its own database and at that of its source."""

    name: str
    worker: Worker
    source: Connection
    target: Connection

    async def handled(self) -> int:
        return int(await self.target.fetchval(_HANDLED))


async def measure_scaling() -> tuple[list[Figure], list[str]]:
    """Raises RuntimeError when an event was lost, doubled or handled out of order."""
    turns: dict[tuple[str, int], list[Turn]] = {}
    async with running_plant([f"{name}-work" for name in _LISTENING]) as plant, AsyncExitStack() as stack:
        await tell(plant.graph, _INCIDENTS)
        others = Others()
        source = await stack.enter_async_context(plant.database.session("registry_incidents"))
        for order in _ORDERS:
            for count in order:
                for name in _LISTENING:
                    target = await stack.enter_async_context(plant.database.session(f"registry_{name}"))
                    listener = _Listener(name, _worker(plant, name), source, target)
                    turns.setdefault((name, count), []).append(await _turn(plant, listener, count))
                    sys.stderr.write(f"{name} {count}: {turns[name, count][-1].per_second:.0f} events/s\n")
        busy = others.told()
    return figures_of(turns), [*_notes(turns), busy]


def figures_of(turns: Mapping[tuple[str, int], Sequence[Turn]]) -> list[Figure]:
    """Medians of turns, and ratios to one worker of the same service."""
    figures = []
    for (name, count), those in sorted(turns.items()):
        title = f"{name}, workers: {count}"
        one = turns[name, 1]
        figures.append(
            _compared(f"{title}: events handled", [t.per_second for t in those], [t.per_second for t in one])
        )
        shared, alone = ([t.shared for t in each if t.shared] for each in (those, one))
        if shared and alone:
            figures.append(_compared(f"{title}: events handled, once shared", shared, alone))
        figures.append(Figure(f"{title}: cores kept busy", median(t.cores for t in those), "cores"))
        figures += [
            Figure(f"{title}: processor time per event: {part}", median(t.processor.get(part, 0) for t in those), "ms")
            for part in sorted({part for turn in those for part in turn.processor})
        ]
    return figures


def _compared(name: str, those: Sequence[float], one: Sequence[float]) -> Figure:
    return Figure(name, median(those), "1/s", median(those) / median(one), "one worker")


def _notes(turns: Mapping[tuple[str, int], Sequence[Turn]]) -> list[str]:
    number = len(next(iter(turns.values())))
    return [
        f"{_INCIDENTS} incidents with 13 events each, {number} turns of each kind, medians.",
        f"{os.cpu_count()} cores were there for workers, PostgreSQL, RabbitMQ and the services that stood idle.",
        f"Once shared: from {_SHARED_AFTER:g} s after the workers were ready.",
        "After every turn: each event handled once, in the order of its incident, projections equal to their owner's.",
    ]


async def _turn(plant: Plant, listener: _Listener, count: int) -> Turn:
    (group,) = [each for each in listener.worker.subscriptions if each.source == _SOURCE]
    events = await forget(group, plant.broker, listener.source, listener.target)
    await until_told(listener.source)
    async with plant.working(f"{listener.name}-work", count):
        before, began = processor_seconds(os.getpid()), time.perf_counter()
        seen = [(0.0, await listener.handled())]
        while seen[-1][1] < events:
            await asyncio.sleep(_LOOK_SECONDS)
            seen.append((time.perf_counter() - began, await listener.handled()))
        after = processor_seconds(os.getpid())
    await _check(listener)
    used = {part: spent - before.get(part, 0) for part, spent in after.items()}
    handled = events - seen[0][1]
    return Turn(
        per_second=handled / seen[-1][0],
        shared=rate_from(_SHARED_AFTER, seen),
        processor={part: spent / handled * 1000 for part, spent in used.items() if spent > 0},
        cores=sum(used.values()) / seen[-1][0],
    )


def rate_from(since: float, seen: Sequence[tuple[float, int]]) -> float | None:
    """Events a second from that moment to the end; None when the end came within two seconds of it."""
    last, total = seen[-1]
    first, count = next(((at, count) for at, count in seen if at >= since), seen[-1])
    return (total - count) / (last - first) if last - first >= 2 else None


async def _check(listener: _Listener) -> None:
    findings = [
        finding
        for group in listener.worker.subscriptions
        if group.source == _SOURCE
        for check in (check_effects, check_order)
        for finding in [await check(listener.name, group, listener.source, listener.target)]
    ]
    findings += [await check_projection(listener.name, each) for each in listener.worker.projections]
    if not all(finding.ok for finding in findings):
        raise RuntimeError("\n".join(map(str, findings)))


def _worker(plant: Plant, name: str) -> Worker:
    (service,) = [each for each in SERVICES if each.name == name]
    return service.worker(plant.stack.runtimes[name])
