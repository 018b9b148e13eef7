"""Starting each fetch of a plan as soon as what it waits for is in; there are no waves."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise, starmap

from gateway.executor.fetches import Fetch, Run
from gateway.executor.subgraphs import Subgraphs


class Schedule:
    """The fetches of a plan and who waits for whom, worked out once."""

    def __init__(self, fetches: tuple[Fetch, ...]) -> None:
        self._fetches = {fetch.request.number: fetch for fetch in fetches}
        self._waits = {fetch.request.number: len(fetch.request.after) for fetch in fetches}
        self._followers: dict[int, list[int]] = {number: [] for number in self._fetches}
        for fetch in fetches:
            for before in fetch.request.after:
                self._followers[before].append(fetch.request.number)
        self._first = [number for number, waits in self._waits.items() if waits == 0]
        self._chain = fetches if all(starmap(_follows, pairwise(fetches))) else None

    async def run(self, subgraphs: Subgraphs, run: Run) -> None:
        """One after another where no two may run at once: tasks would cost as much as a small fetch."""
        if self._chain is None:
            await self._run_all(subgraphs, run)
            return
        for fetch in self._chain:
            await fetch.run(subgraphs, run)

    async def _run_all(self, subgraphs: Subgraphs, run: Run) -> None:
        async with asyncio.TaskGroup() as group:
            progress = _Progress(subgraphs, run, dict(self._waits), group)
            for number in self._first:
                group.create_task(self._follow(number, progress))

    async def _follow(self, number: int, progress: "_Progress") -> None:
        """Run a fetch and go on with the first that waited for it alone; others get tasks of their own.

        No closure: one that calls itself is a cycle, which would keep the whole answer until the collector comes.
        """
        ready: int | None = number
        while ready is not None:
            await self._fetches[ready].run(progress.subgraphs, progress.run)
            free = [follower for follower in self._followers[ready] if _is_free(progress.waits, follower)]
            ready = free[0] if free else None
            for other in free[1:]:
                progress.group.create_task(self._follow(other, progress))


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far one run has come: `waits` counts what each fetch still waits for."""

    subgraphs: Subgraphs
    run: Run
    waits: dict[int, int]
    group: asyncio.TaskGroup


def _follows(before: Fetch, fetch: Fetch) -> bool:
    return before.request.number in fetch.request.after


def _is_free(waits: dict[int, int], number: int) -> bool:
    waits[number] -= 1
    return waits[number] == 0
