"""How fast lists and single incidents are read through the gateway."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from benchmarks.processes import processor_seconds
from benchmarks.results import Figure
from benchmarks.system import System

SECONDS = 8.0
CALLERS = 8
LIST = """
query ($first: Int!) {
  incidents(first: $first) {
    nodes {
      reference title registeredAt company { name } classification { name } type { name }
      status { name color } severity { name } responsible { name }
    }
  }
}
"""
_ME = "{ me { user { name } } }"


@dataclass(frozen=True, slots=True)
class Turn:
    """Requests a second, seconds of each in rising order, and processor milliseconds per request by program."""

    per_second: float
    seconds: Sequence[float]
    processor: Mapping[str, float]

    @property
    def cores(self) -> float:
        """How many it kept busy."""
        return sum(self.processor.values()) * self.per_second / 1000

    def within(self, part: float) -> float:
        """Milliseconds in which that part of the requests was answered."""
        return self.seconds[int(len(self.seconds) * part)] * 1000


async def measure_lists(system: System) -> tuple[list[Figure], list[str]]:
    figures = [
        *await _measure("list of 50 with six directory fields", system, LIST, {"first": 50}),
        *await _measure("list of 1", system, LIST, {"first": 1}),
        *await _measure("who am I", system, _ME, {}),
    ]
    return figures, ["Lists are read by 8 connections at once; one process does all the work, so it is the limit."]


async def _measure(name: str, system: System, query: str, variables: dict[str, int]) -> list[Figure]:
    turn = await timed_requests(system, query, lambda _: variables)
    return [
        Figure(f"{name}: requests", turn.per_second, "1/s"),
        Figure(f"{name}: median", turn.within(0.5), "ms"),
        Figure(f"{name}: 99 of 100 within", turn.within(0.99), "ms"),
        Figure(f"{name}: processor time", sum(turn.processor.values()), "ms"),
    ]


async def timed_requests(
    system: System,
    query: str,
    variables: Callable[[int], dict[str, int]],
    *,
    callers: int = CALLERS,
    seconds: float = SECONDS,
) -> Turn:
    """So many callers at once, each with a connection of its own that asks again and again.

    `variables` are those of a caller by its number: a gateway shares fetches under way that are equal.
    """
    headers = {"authorization": f"Bearer {system.key('admin')}", "accept-language": "de"}
    async with aiohttp.ClientSession(headers=headers) as session:
        before = processor_seconds(system.pid)
        taken: list[float] = []
        began = time.perf_counter()
        end = began + seconds
        await asyncio.gather(*(_ask(session, system, query, variables(one), end, taken) for one in range(callers)))
        passed = time.perf_counter() - began
        after = processor_seconds(system.pid)
    used = {name: (spent - before.get(name, 0)) / len(taken) * 1000 for name, spent in after.items()}
    return Turn(len(taken) / passed, sorted(taken), {name: spent for name, spent in used.items() if spent > 0})


async def _ask(
    session: aiohttp.ClientSession,
    system: System,
    query: str,
    variables: dict[str, int],
    end: float,
    taken: list[float],
) -> None:
    while time.perf_counter() < end:
        began = time.perf_counter()
        async with session.post(system.graph, json={"query": query, "variables": variables}) as answer:
            told = await answer.json()
        if told.get("errors"):
            raise RuntimeError(told["errors"])
        taken.append(time.perf_counter() - began)
