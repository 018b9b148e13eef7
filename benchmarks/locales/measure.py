"""`python -m benchmarks locales`: a service with few locales and entries and one with many, asked in turn."""

import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import aiohttp

from benchmarks.locales.content import FEW, MANY, Size, fill, tags
from benchmarks.locales.service import EVERYTHING, LIST, NAME, PAGE, Service, Taken
from benchmarks.processes import Others
from benchmarks.results import Figure
from chassis.migrations import migrate
from deploy.local.postgres import PostgresServer
from deploy.local.private_files import Secrets
from deploy.local.provision import provision
from deploy.local.signing_keys import ensure_signing_keys
from services.directories.persistence.migrations import VERSIONS
from services.directories.persistence.rows import Base

ROUNDS: Final = int(os.environ.get("REGISTRY_BENCH_LOCALES_ROUNDS", "11"))
START: Final = "start of the service until its first reader has an answer"
REQUESTS: Final[Mapping[str, tuple[int, Callable[[Service], Awaitable[Any]]]]] = {
    "list of 20 types": (60, lambda service: service.ask(LIST)),
    "page of 50 incidents with five entries each": (40, lambda service: service.ask(*PAGE)),
}
ALL: Final = "list of all there are, per entry"
Turns = Sequence[Sequence[Taken]]  # those of few, and those of many


async def measure_locales() -> tuple[list[Figure], list[str]]:
    others = Others()
    async with _both() as pair:
        turns = await _turns(pair)
        figures = [figure for name, taken in turns.items() for figure in figures_of(name, *taken)]
        figures += await _memory(pair)
    return figures, [
        f"{MANY.locales} locales and {MANY.entries} entries against {FEW.locales} and {FEW.entries}, all translated.",
        f"Medians of {ROUNDS} turns at one and the other; processor time of the service and PostgreSQL together.",
        "The list of types and the page have as many entries in both.",
        others.told(),
    ]


@asynccontextmanager
async def _both() -> AsyncIterator[tuple[Service, Service]]:
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        ensure_signing_keys(Path(folder) / "keys", [NAME, "gateway"])
        server = PostgresServer(Path(folder) / "postgres", durable=False)
        await server.start()
        try:
            async with AsyncExitStack() as running, aiohttp.ClientSession() as session:
                few, many = [await _filled(server, Path(folder), session, size) for size in (FEW, MANY)]
                running.push_async_callback(few.stop)
                running.push_async_callback(many.stop)
                yield few, many
        finally:
            await server.stop()


async def _filled(server: PostgresServer, folder: Path, session: aiohttp.ClientSession, size: Size) -> Service:
    """With a database of its own; it is not started yet."""
    prefix, secrets = f"with_{size.entries}", Secrets(folder / "secrets.json")
    urls = (await provision(server, [NAME], secrets, prefix=prefix))[NAME]
    await migrate(urls.owner, urls.app, VERSIONS, Base.metadata)
    async with server.session(f"{prefix}_{NAME}") as database:
        await fill(database, size)
    return Service(urls, folder / "keys", server.pid, session, size)


async def _turns(pair: Sequence[Service]) -> Mapping[str, Turns]:
    """The first round is not counted."""
    turns: dict[str, tuple[list[Taken], list[Taken]]] = {name: ([], []) for name in (START, *REQUESTS, ALL)}
    for number in range(ROUNDS + 1):
        for place, service in enumerate(pair):
            await service.stop()
            turns[START][place].append(await service.taken(1, Service.start))
        for name, (times, request) in REQUESTS.items():
            for place, service in enumerate(pair):
                turns[name][place].append(await service.taken(times, request))
        for place, service in enumerate(pair):
            whole = await service.taken(20, lambda service: service.ask(EVERYTHING))
            turns[ALL][place].append(whole.shared_by(service.size.entries))
        if number == 0:
            turns = {name: ([], []) for name in turns}
    return turns


async def _memory(pair: Sequence[Service]) -> list[Figure]:
    """After readers of every language have asked, each once."""
    figures = []
    for service in pair:
        one = service.memory()
        for tag in tags(service.size.locales):
            await service.ask(LIST, language=tag)
        name = f"memory of a process, {service.size.locales} locales and {service.size.entries} entries"
        figures.append(Figure(f"{name}, one language read", one, "MB"))
        figures.append(Figure(f"{name}, all languages read", service.memory(), "MB"))
    return figures


def figures_of(name: str, few: Sequence[Taken], many: Sequence[Taken]) -> list[Figure]:
    spent, before = (median(turn.processor for turn in turns) for turns in (many, few))
    clock, clock_before = (median(turn.clock for turn in turns) for turns in (many, few))
    return [
        Figure(f"{name}: processor time", spent, "ms", spent / before, "with few"),
        Figure(f"{name}: by the clock", clock, "ms", clock / clock_before, "with few"),
    ]
