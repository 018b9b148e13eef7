"""`python -m benchmarks walls`: turns with row-level security and without it follow on one another."""

import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import make_url

from benchmarks.results import Figure
from benchmarks.walls.incidents import SCOPES, fill, numbered
from benchmarks.walls.reading import Question, Reader, Taken, count, page
from chassis.access import Companies
from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import DatabaseUrls, provision
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.migrations import VERSIONS
from services.incidents.persistence.orders import Order
from services.incidents.persistence.rows import Base

INCIDENTS: Final = int(os.environ.get("REGISTRY_BENCH_INCIDENTS", "1000000"))
ROUNDS: Final = int(os.environ.get("REGISTRY_BENCH_WALL_ROUNDS", "15"))
_ABOVE: Final = "above_walls"
_CLOSED: Final = Filter(status_categories=["CLOSED"])
_RARE: Final = Filter(type_ids=[numbered(11_007)], severity_ids=[numbered(13_002)])
_EVEN: Final[Mapping[str, Companies]] = {
    "2,000 companies that all have some": frozenset(map(numbered, range(1, 2001))),
}
QUESTIONS: Final[Mapping[str, Question]] = {"list of 50": page(), "count": count()}
OTHERS: Final[Mapping[str, Question]] = {
    "list of 50 by last change": page(Order.UPDATED_AT_DESC),
    "list of 50 closed ones": page(wanted=_CLOSED),
    "list of 50 of one type and severity, of which there are none": page(wanted=_RARE),
    "count of closed ones": count(_CLOSED),
}
_WITH_OTHERS: Final = ("1 company", "200 companies", "all companies", "2,000 companies of which one has 50")
Turns = Mapping[str, Sequence[Taken]]


async def measure_walls() -> tuple[list[Figure], list[str]]:
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        server = PostgresServer(Path(folder) / "postgres", durable=False)
        await server.start()
        try:
            secrets = Secrets(Path(folder) / "secrets.json")
            async with server.session() as session:
                await session.execute(f"CREATE ROLE {_ABOVE} LOGIN BYPASSRLS PASSWORD '{secrets.get('incidents_app')}'")
            figures = await _measure_database(server, secrets)
        finally:
            await server.stop()
    return figures, [
        f"{INCIDENTS:,} incidents; medians of {ROUNDS} turns with walls and without, one after the other.",
        "Milliseconds of the backend's processor for one statement, planning included, as the service asks it.",
    ]


async def _measure_database(server: PostgresServer, secrets: Secrets) -> list[Figure]:
    figures = []
    async with _filled(server, secrets, "uneven", None) as (behind, without):
        for name, companies in SCOPES.items():
            others = OTHERS if name in _WITH_OTHERS else {}
            for what, question in {**QUESTIONS, **others}.items():
                figures += figures_of(f"{what}, {name}", await _turns(behind, without, companies, question))
    async with _filled(server, secrets, "even", 2_000) as (behind, without):
        for name, companies in _EVEN.items():
            for what, question in QUESTIONS.items():
                figures += figures_of(f"{what}, {name}", await _turns(behind, without, companies, question))
    return figures


@asynccontextmanager
async def _filled(
    server: PostgresServer, secrets: Secrets, prefix: str, evenly_over: int | None
) -> AsyncIterator[tuple[Reader, Reader]]:
    """A database of its own; who reads it as the service does, and who reads it without walls."""
    urls = (await provision(server, ["incidents"], secrets, prefix=prefix))["incidents"]
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    async with server.session(f"{prefix}_incidents") as session:
        await fill(session, INCIDENTS, evenly_over)
        await session.execute(f"GRANT {make_url(urls.app).username} TO {_ABOVE}")
    readers = Reader(urls.app), Reader(_above(urls))
    try:
        yield readers
    finally:
        for reader in readers:
            await reader.close()
        async with server.session() as session:
            await session.execute(f"DROP DATABASE {prefix}_incidents")


def _above(urls: DatabaseUrls) -> str:
    """The same rights, for a role that policies do not hold."""
    return make_url(urls.app).set(username=_ABOVE).render_as_string(hide_password=False)


async def _turns(behind: Reader, without: Reader, companies: Companies, question: Question) -> Turns:
    turns: dict[str, list[Taken]] = {"behind": [], "without": []}
    for _ in range(ROUNDS):
        turns["behind"].append(await behind.ask(companies, question))
        turns["without"].append(await without.ask(companies, question))
    return turns


def figures_of(name: str, turns: Turns) -> list[Figure]:
    with_walls, without = (median(turn.processor for turn in turns[kind]) for kind in ("behind", "without"))
    return [
        Figure(name, with_walls, "ms", with_walls / without, "without walls"),
        Figure(f"{name}: by the clock", median(turn.clock for turn in turns["behind"]), "ms"),
    ]
