"""PostGraphile from npm on the same tables, for a list and a card: what puts GraphQL on PostgreSQL with no more ado.

It knows no federation, no languages and no companies, and reads as a role that walls do not hold for.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import uuid4

import aiohttp

from benchmarks.incidents.asking import Turn, Visitor, timed
from benchmarks.processes import processor_seconds
from benchmarks.results import Figure
from benchmarks.system import System
from deploy.local.ports import pick
from deploy.local.postgres import PostgresServer

PACKAGES: Final = ("postgraphile@4.14.1",)
FOUND: Final = "PostGraphile 4.14.1 reads the tables of the small registry, as superuser; turns alternate with ours."
_ROUNDS: Final = 5
_TIMES: Final = 30
_ROLE: Final = "beside"
_LIST: Final = """
{ allIncidents(first: 50, orderBy: [REGISTERED_AT_DESC]) {
    nodes { id reference title registeredAt statusCategory companyId } } }
"""
_CARD: Final = """
query ($id: UUID!) { incidentById(id: $id) {
    id reference title description impact rootCause actionsTaken preventiveMeasures noMeasuresReason reportsAndRecords
    indicatorsText comment kind tlp pap statusCategory tags impactAreas language version sequence companyId
    classificationId typeId statusId severityId responsibleId registeredById departmentId teamId outcomeId locationText
    locationCountry reportedByName costAmount costCurrency sourceChannel sourceSystem occurredAt detectedAt timestamps
    restricted memberIds
} allIncidentChanges(first: 20, condition: {incidentId: $id}, orderBy: [PRIMARY_KEY_DESC]) {
    nodes { sequence at operation changes }
} allIncidentComments(first: 20, condition: {incidentId: $id}) { nodes { id body } } }
"""


async def measure_beside(system: System, ours: Visitor, session: aiohttp.ClientSession) -> list[Figure]:
    """Nothing where there is no Node.js."""
    if shutil.which("npm") is None:
        return []
    async with _postgraphile(system) as (process, url):
        cards = ours.cards

        async def ask(query: str, **variables: Any) -> None:
            async with session.post(url, json={"query": query, "variables": variables}) as answer:
                told = await answer.json()
            if told.get("errors"):
                raise RuntimeError(told["errors"])

        async def list_them(_: int) -> None:
            await ask(_LIST)

        async def card(number: int) -> None:
            await ask(_CARD, id=cards[number % len(cards)])

        return [
            *await _compare("list of 50", system, ours.list, process, list_them),
            *await _compare("card with everything", system, ours.card, process, card),
        ]


async def _compare(
    name: str,
    system: System,
    ours: Callable[[int], Awaitable[None]],
    process: int,
    theirs: Callable[[int], Awaitable[None]],
) -> list[Figure]:
    """Both use the same PostgreSQL, of which only the one that is asked makes use."""
    turns: tuple[list[Turn], list[Turn]] = ([], [])
    for number in range(_ROUNDS + 1):
        mine = await timed(system.pid, _TIMES, ours)
        before = processor_seconds(system.pid)
        other = await timed(process, _TIMES, theirs)
        spent = {part: used - before.get(part, 0) for part, used in processor_seconds(system.pid).items()}
        used = {**other.used, "postgres": spent.get("postgres", 0) / _TIMES * 1000}
        if number:
            turns[0].append(mine)
            turns[1].append(Turn(other.taken, used))
    our_time, their_time = (median(turn.processor for turn in each) for each in turns)
    our_clock, their_clock = (median(turn.within(0.5) for turn in each) for each in turns)
    return [
        Figure(f"{name}, PostGraphile: requests for one caller", 1000 / their_clock, "1/s"),
        Figure(
            f"{name}, ours: requests for one caller", 1000 / our_clock, "1/s", their_clock / our_clock, "PostGraphile"
        ),
        Figure(
            f"{name}, ours: requests by processor time", 1000 / our_time, "1/s", their_time / our_time, "PostGraphile"
        ),
        *_parts(f"{name}, PostGraphile", turns[1]),
        *_parts(f"{name}, ours", turns[0]),
    ]


def _parts(name: str, turns: Sequence[Turn]) -> list[Figure]:
    parts = sorted({part for turn in turns for part in turn.used})
    return [Figure(f"{name}: processor time: {p}", median(t.used.get(p, 0) for t in turns), "ms") for p in parts]


@asynccontextmanager
async def _postgraphile(system: System) -> AsyncIterator[tuple[int, str]]:
    """Its process, and where it answers. It is installed into a folder that REGISTRY_BENCH_BESIDE may keep."""
    server = PostgresServer.at_its_last_address(system.data / "postgres")
    password, port = uuid4().hex, pick()
    async with server.session() as session:
        await session.execute(f"CREATE ROLE {_ROLE} SUPERUSER LOGIN PASSWORD '{password}'")
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as temporary:
        folder = Path(os.environ.get("REGISTRY_BENCH_BESIDE", temporary))
        if not (folder / "node_modules" / "postgraphile").exists():
            await _run("npm", "install", "--no-save", "--prefix", str(folder), *PACKAGES)
        command = [
            *("node", str(folder / "node_modules" / "postgraphile" / "cli.js"), "--disable-graphiql"),
            *("--connection", f"postgres://{_ROLE}:{password}@127.0.0.1:{server.port}/registry_incidents"),
            *("--schema", "public", "--host", "127.0.0.1", "--port", str(port), "--disable-query-log"),
        ]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}/graphql"
            await _until_ready(url)
            yield process.pid, url
        finally:
            process.terminate()
            await process.wait()


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    if await process.wait():
        raise RuntimeError(" ".join(command))


async def _until_ready(url: str) -> None:
    end = time.monotonic() + 120
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end:
            try:
                async with session.post(url, json={"query": "{ __typename }"}) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.3)
    raise RuntimeError("PostGraphile did not start")
