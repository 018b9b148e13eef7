"""Asking a gateway one question over and over, by so many callers at once."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.processes import memory_megabytes, processor_seconds
from chassis.transport import HttpTransport


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn showed: times in milliseconds, memory in megabytes."""

    per_second: float
    median: float
    worst_of_hundred: float
    processor: float
    memory: float


async def load(
    url: str, body: bytes, headers: Mapping[str, str], expected: bytes, *, callers: int, seconds: float, pid: int
) -> Turn:
    """Raises RuntimeError for an answer that has not the length of the expected one."""
    transport = HttpTransport(connections=callers)
    taken: list[float] = []
    end = time.perf_counter() + seconds

    async def ask() -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            answer = await transport.post(url, body, headers, timeout=60)
            if answer.status != 200 or len(answer.body) != len(expected):
                raise RuntimeError(f"{url} answered {answer.status}: {answer.body[:500]!r}")
            taken.append(time.perf_counter() - began)

    began, before = time.perf_counter(), sum(processor_seconds(pid).values())
    await asyncio.gather(*(ask() for _ in range(callers)))
    used, lasted = sum(processor_seconds(pid).values()) - before, time.perf_counter() - began
    await transport.close()
    taken.sort()
    return Turn(
        per_second=len(taken) / lasted,
        median=taken[len(taken) // 2] * 1000,
        worst_of_hundred=taken[len(taken) * 99 // 100] * 1000,
        processor=used / len(taken) * 1000,
        memory=sum(memory_megabytes(pid).values()),
    )
