"""How fast lists and single incidents are read through the gateway."""

import asyncio
import time
from collections.abc import Sequence

import aiohttp

from benchmarks.processes import processor_seconds
from benchmarks.results import Figure
from benchmarks.system import System

_SECONDS = 8.0
_LIST = """
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


async def measure_lists(system: System) -> tuple[list[Figure], list[str]]:
    figures = [
        *await _measure("list of 50 with six directory fields", system, _LIST, {"first": 50}),
        *await _measure("list of 1", system, _LIST, {"first": 1}),
        *await _measure("who am I", system, _ME, {}),
    ]
    return figures, ["Lists are read by 8 connections at once; one process does all the work, so it is the limit."]


async def _measure(name: str, system: System, query: str, variables: dict[str, int]) -> list[Figure]:
    headers = {"authorization": f"Bearer {system.key('admin')}", "accept-language": "de"}
    async with aiohttp.ClientSession(headers=headers) as session:
        before = sum(processor_seconds(system.pid).values())
        taken: list[float] = []
        end = time.perf_counter() + _SECONDS
        await asyncio.gather(*(_ask(session, system, query, variables, end, taken) for _ in range(8)))
        used = sum(processor_seconds(system.pid).values()) - before
    return [
        Figure(f"{name}: requests", len(taken) / _SECONDS, "1/s"),
        Figure(f"{name}: median", _quantile(taken, 0.5) * 1000, "ms"),
        Figure(f"{name}: 99 of 100 within", _quantile(taken, 0.99) * 1000, "ms"),
        Figure(f"{name}: processor time", used / len(taken) * 1000, "ms"),
    ]


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


def _quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)]
