"""What a request makes of work: statements and transactions as PostgreSQL counts them, fetches as the gateway does.

What relays, consumers and caches ask beside it is left out: of that there is less than one for each request.
"""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp

from benchmarks.results import Figure
from benchmarks.system import System
from deploy.local.postgres import PostgresServer

_TIMES: Final = 20
_STATEMENTS: Final = """
SELECT coalesce(sum(calls / $1) FILTER (WHERE query LIKE 'BEGIN%'), 0)::int AS transactions,
    coalesce(sum(calls / $1) FILTER (WHERE query !~* '^(begin|commit|select set_config)'), 0)::int AS statements
FROM pg_stat_statements
"""
_FETCHES: Final = re.compile(r"^subgraph_request_duration_seconds_count\{.*\} (\d+)", re.MULTILINE)


async def counts_of(name: str, system: System, request: Callable[[int], Awaitable[Any]]) -> list[Figure]:
    """Of one request each."""
    server = PostgresServer.at_its_last_address(system.data / "postgres")
    async with server.session() as session:
        await session.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        await request(0)  # what is asked for the first time in a while is asked before
        before = await _fetches(system)
        await session.execute("SELECT pg_stat_statements_reset()")
        for number in range(_TIMES):
            await request(number)
        fetches = (await _fetches(system) - before) / _TIMES
        (counted,) = await session.fetch(_STATEMENTS, _TIMES)
    return [
        Figure(f"{name}: requests to subgraphs", fetches, ""),
        Figure(f"{name}: transactions", counted["transactions"], ""),
        Figure(f"{name}: statements in them", counted["statements"], ""),
    ]


async def _fetches(system: System) -> int:
    """By the gateway's metrics, whose port is remembered among the data; a stack has a folder of its own there."""
    file = next(each for each in (system.data / "ports.json", system.data / "processes/ports.json") if each.exists())
    ports: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    port = next(port for name, port in ports.items() if name.endswith("metrics"))
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        return sum(int(number) for number in _FETCHES.findall(await answer.text()))
