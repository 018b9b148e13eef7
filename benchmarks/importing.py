"""How fast `registry import` registers incidents of existing companies, and what the time goes into."""

import asyncio
import csv
import os
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import processor_seconds
from benchmarks.results import Figure
from benchmarks.system import System
from deploy.local.postgres import PostgresServer

ROWS = 5_000
AIM = 150.0
_COMPANIES = ("Northwind Logistics", "Steppe Energy", "Harbour Health")
_TOLD = "SELECT count(*) FROM event"
_HANDLED = "SELECT count(*) FROM handled_event WHERE source = 'incidents'"
_MAPPING = """
name = "bench"
[source]
[key]
column = "key"
[company]
column = "company"
[fields]
title = "title"
description = "text"
"""


@dataclass(frozen=True, slots=True)
class Import:
    """Seconds until the last row was registered and until every consumer was done, and processor seconds by program."""

    rows: int
    seconds: float
    told: float
    used: Mapping[str, float]


async def measure_import(system: System) -> tuple[list[Figure], list[str]]:
    run = await timed_import(system, ROWS)
    rate, told = run.rows / run.seconds, run.rows / run.told
    figures = [
        Figure("import of 5,000 rows, all in one process", rate, "incidents/s", rate / AIM, "aim"),
        Figure("the same until every consumer is done", told, "incidents/s", told / AIM, "aim"),
        *(
            Figure(f"processor time per incident: {name}", spent / run.rows * 1000, "ms")
            for name, spent in sorted(run.used.items())
        ),
    ]
    return figures, [
        f"The import took {run.seconds:.1f} s on {os.cpu_count()} cores, shared with PostgreSQL and the client."
    ]


async def timed_import(system: System, rows: int, first: int = 0) -> Import:
    """Registers so many new incidents; `first` is the number of the first, for runs that follow on one another."""
    folder = system.data.parent
    table, mapping = folder / "rows.csv", folder / "mapping.toml"
    _write_rows(table, range(first, first + rows))
    mapping.write_text(_MAPPING, encoding="utf-8")
    before = processor_seconds(system.pid)
    began = time.perf_counter()
    client = await _import(system, table, mapping)
    seconds = time.perf_counter() - began
    await _until_handled(system)
    told = time.perf_counter() - began
    used = {name: spent - before.get(name, 0) for name, spent in processor_seconds(system.pid).items()}
    return Import(rows, seconds, told, {name: spent for name, spent in {**used, "client": client}.items() if spent > 0})


async def _until_handled(system: System) -> None:
    """Until files and notifications have handled every event of the incidents."""
    server = PostgresServer.at_its_last_address(system.data / "postgres")
    async with AsyncExitStack() as stack, asyncio.timeout(300):
        names = ("incidents", "files", "notifications")
        source, *targets = [await stack.enter_async_context(server.session(f"registry_{name}")) for name in names]
        told = await source.fetchval(_TOLD)
        for target in targets:
            while await target.fetchval(_HANDLED) < told:  # noqa: ASYNC110  # another process works; nothing in ours tells
                await asyncio.sleep(0.05)


def _write_rows(file: Path, numbers: range) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("key", "company", "title", "text"))
        for number in numbers:
            company = _COMPANIES[number % len(_COMPANIES)]
            writer.writerow((number, company, f"Generated incident {number}", "Words about what happened. " * 12))


async def _import(system: System, rows: Path, mapping: Path) -> float:
    """The processor seconds of the client itself."""
    environment = {**os.environ, "REGISTRY_API_KEY": system.key("admin")}
    before = os.times()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client", "import", str(rows), "--mapping", str(mapping), "--url", system.graph),
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    if await process.wait() != 0:
        raise RuntimeError("the import failed")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
