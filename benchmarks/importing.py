"""How fast `registry import` registers incidents of existing companies, and what the time goes into."""

import asyncio
import csv
import os
import sys
import time
from pathlib import Path

from benchmarks.processes import processor_seconds
from benchmarks.results import Figure
from benchmarks.system import System
from deploy.local.postgres import PostgresServer

ROWS = 5_000
AIM = 150.0
_COMPANIES = ("Northwind Logistics", "Steppe Energy", "Harbour Health")
_UNTOLD = "SELECT EXISTS (SELECT FROM event WHERE published_at IS NULL)"
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


async def measure_import(system: System) -> tuple[list[Figure], list[str]]:
    folder = system.data.parent
    rows, mapping = folder / "rows.csv", folder / "mapping.toml"
    _write_rows(rows)
    mapping.write_text(_MAPPING, encoding="utf-8")
    before = processor_seconds(system.pid)
    began = time.perf_counter()
    client = await _import(system, rows, mapping)
    seconds = time.perf_counter() - began
    await _until_told(system)
    told = time.perf_counter() - began
    used = {name: spent - before.get(name, 0) for name, spent in processor_seconds(system.pid).items()}
    figures = [
        Figure("import of 5,000 rows, all in one process", ROWS / seconds, "incidents/s", ROWS / seconds / AIM, "aim"),
        Figure("the same until every consumer is done", ROWS / told, "incidents/s", ROWS / told / AIM, "aim"),
        *(
            Figure(f"processor time per incident: {name}", spent / ROWS * 1000, "ms")
            for name, spent in sorted({**used, "client": client}.items())
            if spent > 0
        ),
    ]
    return figures, [
        f"The import took {seconds:.1f} s on {os.cpu_count()} cores, shared with PostgreSQL and the client."
    ]


async def _until_told(system: System) -> None:
    """Until every event of the incidents is published, which here means: taken by every consumer."""
    server = PostgresServer.at_its_last_address(system.data / "postgres")
    async with server.session("registry_incidents") as session, asyncio.timeout(300):
        while await session.fetchval(_UNTOLD):  # noqa: ASYNC110  # another process works; nothing in ours tells
            await asyncio.sleep(0.1)


def _write_rows(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("key", "company", "title", "text"))
        for number in range(ROWS):
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
