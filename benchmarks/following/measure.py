"""`python -m benchmarks following`: a stack, so that each part is a process of its own whose memory can be told."""

import asyncio
import os
import time
from collections.abc import Sequence
from statistics import median, quantiles
from typing import Final

from benchmarks.following import crowd
from benchmarks.following.listening import Listening
from benchmarks.processes import Others, memory_megabytes, processor_seconds
from benchmarks.results import Figure
from benchmarks.system import System, running_system
from deploy.local.postgres import Connection, PostgresServer

LISTENERS: Final = int(os.environ.get("REGISTRY_BENCH_LISTENERS", "2000"))
SCOPES: Final = 200
SECONDS: Final = float(os.environ.get("REGISTRY_BENCH_FOLLOWING_SECONDS", "20"))
BACKLOG: Final = int(os.environ.get("REGISTRY_BENCH_BACKLOG", "20000"))
_STEADY: Final = 100.0
_TOLD: Final = 20.0
_AT_ONCE: Final = 500
_LOOK_SECONDS: Final = 0.05
_HANDLED: Final = "SELECT count(*) FROM handled_event WHERE source = 'incidents'"
_FED: Final = "SELECT coalesce(max(position), 0) FROM feed_head"
_WHEN: Final = "SELECT event_id, time FROM event WHERE id > $1"
_LAST: Final = "SELECT coalesce(max(id), 0) FROM event"
_TAKEN: Final = "SELECT event_id, handled_at FROM handled_event WHERE event_id = any($1::uuid[])"
_ORDER: Final = """
SELECT count(*) FROM (
    SELECT sequence - lag(sequence) OVER (PARTITION BY source, subject ORDER BY position) AS step FROM feed_event
) AS steps WHERE step <= 0
"""


async def measure_following() -> tuple[list[Figure], list[str]]:
    async with running_system("stack") as system:
        server = PostgresServer.at_its_last_address(system.data / "postgres")
        async with (
            server.session("registry_access") as access,
            server.session("registry_incidents") as source,
            server.session("registry_notifications") as target,
        ):
            keys = await crowd.fill(access, SCOPES)
            await crowd.register(source, SCOPES)
            sequences: dict[int, int] = {}
            await _until_handled(source, target)
            others = Others()
            figures = [
                *await _steadily(system, source, target, sequences),
                *await _backlog(system, source, target, sequences),
                *await _to_listeners(system, source, target, sequences, keys),
            ]
            busy = others.told()
            out_of_order = await target.fetchval(_ORDER)
    if out_of_order:
        raise RuntimeError(f"{out_of_order} events of the feed came before an earlier one of their subject")
    return figures, [
        f"A stack on {os.cpu_count()} cores, with PostgreSQL, RabbitMQ and whoever listens on them too.",
        f"To a consumer: from the writing of an event to the transaction of its effect, {_STEADY:g} a second.",
        f"To listeners: {LISTENERS:,} subscriptions in {SCOPES} scopes at one gateway, {_TOLD:g} events a second, from",
        "the writing to the client's reading; each event is told to those of its company, and to nobody else.",
        "No event of the feed was before an earlier one of its subject.",
        busy,
    ]


async def _steadily(system: System, source: Connection, target: Connection, sequences: dict[int, int]) -> list[Figure]:
    last = await source.fetchval(_LAST)
    spent = processor_seconds(system.pid)
    await _told_at(_STEADY, source, sequences)
    await _until_handled(source, target)
    used = sum(processor_seconds(system.pid).values()) - sum(spent.values())
    written = {row["event_id"]: row["time"] for row in await source.fetch(_WHEN, last)}
    taken = {row["event_id"]: row["handled_at"] for row in await target.fetch(_TAKEN, list(written))}
    delays = [(taken[event] - at).total_seconds() * 1000 for event, at in written.items()]
    return [
        *_delays(f"to a consumer, {_STEADY:g} a second", delays),
        Figure("to two consumers, for an event: processor time", used / len(delays) * 1000, "ms"),
    ]


async def _backlog(system: System, source: Connection, target: Connection, sequences: dict[int, int]) -> list[Figure]:
    """Written while nothing waits for anything else; the clock runs from the last to the last in the feed."""
    before = await target.fetchval(_HANDLED)
    began, spent = time.perf_counter(), processor_seconds(system.pid)
    for first in range(0, BACKLOG, _AT_ONCE):
        await crowd.tell(source, [1 + number % SCOPES for number in range(first, first + _AT_ONCE)], sequences)
    written = time.perf_counter()
    ahead = await target.fetchval(_HANDLED) - before
    await _until_handled(source, target)
    passed = time.perf_counter()
    used = {name: seconds - spent.get(name, 0) for name, seconds in processor_seconds(system.pid).items()}
    return [
        Figure("backlog: written", BACKLOG / (written - began), "1/s"),
        Figure("backlog: handled, and in the feed", (BACKLOG - ahead) / (passed - written), "1/s"),
        *(
            Figure(f"backlog: processor time of an event: {name}", seconds / BACKLOG * 1000, "ms")
            for name, seconds in sorted(used.items())
            if seconds / BACKLOG > 1e-5
        ),
    ]


async def _to_listeners(
    system: System, source: Connection, target: Connection, sequences: dict[int, int], keys: Sequence[str]
) -> list[Figure]:
    before = memory_megabytes(system.pid)
    async with Listening(system, [keys[number % SCOPES] for number in range(LISTENERS)]) as listening:
        held = memory_megabytes(system.pid)
        spent, began = processor_seconds(system.pid), time.perf_counter()
        told = await _told_at(_TOLD, source, sequences)
        await _until_handled(source, target)
        expected = told * LISTENERS // SCOPES
        await listening.until(expected)
        passed = time.perf_counter() - began
        used = {name: seconds - spent.get(name, 0) for name, seconds in processor_seconds(system.pid).items()}
        wrong = listening.foreign
    if wrong:
        raise RuntimeError(f"{wrong} events were told to those of another company")
    return [
        *_delays(f"to {LISTENERS:,} listeners", listening.delays),
        *(
            Figure(f"{LISTENERS:,} listeners: memory of {name}", megabytes, "MB", megabytes / before[name], "without")
            for name, megabytes in sorted(held.items())
            if name in {"gateway serve", "services.notifications serve"}
        ),
        *(
            Figure(f"{LISTENERS:,} listeners: {name}", used.get(name, 0) / passed, "cores")
            for name in ("gateway serve", "services.notifications serve")
        ),
    ]


async def _told_at(rate: float, source: Connection, sequences: dict[int, int]) -> int:
    began, number = time.perf_counter(), 0
    while (now := time.perf_counter() - began) < SECONDS:
        due = int(now * rate) - number
        await crowd.tell(source, [1 + (number + each) % SCOPES for each in range(due)], sequences)
        number += due
        await asyncio.sleep(1 / rate)
    return number


async def _until_handled(source: Connection, target: Connection) -> None:
    """Until all that is written is handled, and all of that has its place in the feed."""
    while True:
        waiting = await source.fetchval("SELECT EXISTS (SELECT FROM event WHERE published_at IS NULL)")
        total = await source.fetchval("SELECT count(*) FROM event")
        if not waiting and await target.fetchval(_HANDLED) >= total:
            break
        await asyncio.sleep(_LOOK_SECONDS)
    while await target.fetchval("SELECT EXISTS (SELECT FROM feed_arrival)"):  # noqa: ASYNC110  # another process works
        await asyncio.sleep(_LOOK_SECONDS)


def _delays(what: str, delays: Sequence[float]) -> list[Figure]:
    return [
        Figure(f"{what}: median delay", median(delays), "ms"),
        Figure(f"{what}: 99 of 100 within", quantiles(delays, n=100)[98], "ms"),
    ]
