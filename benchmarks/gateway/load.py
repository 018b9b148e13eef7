"""Asking a gateway one question over and over, by so many callers at once, each as soon as it has been answered."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httptools

from benchmarks.processes import memory_megabytes, processor_seconds


@dataclass(frozen=True, slots=True)
class Question:
    """Asked at `/graphql` on this machine. `expected` is the answer, whose length each answer must have."""

    port: int
    headers: Mapping[str, str]
    body: bytes
    expected: bytes

    def request(self) -> bytes:
        headers = {**self.headers, "host": f"127.0.0.1:{self.port}", "content-length": str(len(self.body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /graphql HTTP/1.1\r\n{lines}\r\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn showed: times in milliseconds, memory in megabytes.

    `busy` is the share of a core that the gateway used, and `others_busy` that of the callers and the subgraphs: where
    the first is not near 1 the gateway was not what limited the turn, and only its processor time tells anything.
    """

    per_second: float
    median: float
    worst_of_hundred: float
    processor: float
    memory: float
    busy: float
    others_busy: float


async def load(question: Question, *, callers: int, seconds: float, gateway: int, others: Sequence[int] = ()) -> Turn:
    """`gateway` and `others` are process ids. Raises RuntimeError for an answer of another length than the expected."""
    used, beside, began = _used(gateway), _used(os.getpid(), *others), time.perf_counter()
    taken = await _ask(question, callers, seconds)
    used, beside, lasted = _used(gateway) - used, _used(os.getpid(), *others) - beside, time.perf_counter() - began
    taken.sort()
    return Turn(
        per_second=len(taken) / lasted,
        median=taken[len(taken) // 2] * 1000,
        worst_of_hundred=taken[len(taken) * 99 // 100] * 1000,
        processor=used / len(taken) * 1000,
        memory=sum(memory_megabytes(gateway).values()),
        busy=used / lasted,
        others_busy=beside / lasted,
    )


def _used(*processes: int) -> float:
    """Processor seconds. Of this process without its children, which are the gateway and the subgraphs."""
    own = time.process_time() if os.getpid() in processes else 0.0
    return own + sum(sum(processor_seconds(each).values()) for each in processes if each != os.getpid())


async def _ask(question: Question, callers: int, seconds: float) -> list[float]:
    """Seconds that each answer took."""
    loop, connections = asyncio.get_running_loop(), []
    taken: list[float] = []
    end = time.perf_counter() + seconds
    for _ in range(callers):
        _, caller = await loop.create_connection(lambda: _Caller(question, end, taken), "127.0.0.1", question.port)
        connections.append(caller)
    try:
        await asyncio.gather(*(caller.finished for caller in connections))
    finally:
        for caller in connections:
            caller.close()
    return taken


class _Caller(asyncio.Protocol):
    """One connection. It does next to nothing, so that the gateway is what is measured."""

    def __init__(self, question: Question, end: float, taken: list[float]) -> None:
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = question.request()
        self._expected = len(question.expected)
        self._end = end
        self._taken = taken
        self._parser = httptools.HttpResponseParser(self)

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(error or RuntimeError("the gateway has closed a connection"))

    def on_body(self, body: bytes) -> None:
        self._size += len(body)

    def on_message_complete(self) -> None:
        now, status = time.perf_counter(), self._parser.get_status_code()
        if status != 200 or self._size != self._expected:
            self.finished.set_exception(RuntimeError(f"answered {status} with {self._size} bytes"))
            return
        self._taken.append(now - self._began)
        if now < self._end:
            self._send()
        else:
            self.finished.set_result(None)

    def _send(self) -> None:
        self._size = 0
        self._began = time.perf_counter()
        self._transport.write(self._request)
