"""`python -m benchmarks incidents`: a registry of few incidents and one of many run side by side, asked in turn."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Final

import aiohttp

from benchmarks.incidents.asking import Turn, Visitor, timed
from benchmarks.incidents.beside import FOUND, measure_beside
from benchmarks.incidents.counting import counts_of
from benchmarks.incidents.documents import fill_with_documents
from benchmarks.people.asking import Person
from benchmarks.people.crowd import WIDE, Crowd, fill
from benchmarks.processes import Others
from benchmarks.results import Figure
from benchmarks.system import System, running_system
from deploy.local.postgres import PostgresServer

FEW: Final = int(os.environ.get("REGISTRY_BENCH_FEW_INCIDENTS", "10000"))
MANY: Final = int(os.environ.get("REGISTRY_BENCH_INCIDENTS", "1000000"))
ROUNDS: Final = int(os.environ.get("REGISTRY_BENCH_INCIDENT_ROUNDS", "7"))
_CARDS: Final = 20
CROWD: Final = Crowd(companies=200, users=10, groups=10)
Request = Callable[[Visitor], Callable[[int], Awaitable[None]]]
REQUESTS: Final[Mapping[str, tuple[int, Request]]] = {
    "list of 50": (20, lambda visitor: visitor.list),
    "list of 50 by three filters": (20, lambda visitor: visitor.filtered),
    "search for a word of one in a hundred": (20, lambda visitor: visitor.search),
    "search for two words": (20, lambda visitor: visitor.search_two),
    "search for a word of all": (5, lambda visitor: visitor.search_all),
    "card with everything": (20, lambda visitor: visitor.card),
    "register": (20, lambda visitor: visitor.register),
    "change status": (20, lambda visitor: visitor.move),
}


async def measure_incidents(command: str = "up") -> tuple[list[Figure], list[str]]:
    """All in one process (`up`), with PostGraphile beside it, or each registry as a `stack`."""
    async with AsyncExitStack() as running:
        systems = [await running.enter_async_context(_filled(incidents, command)) for incidents in (FEW, MANY)]
        session = await running.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        visitors = [(system, await _visitor(system, session)) for system in systems]
        others = Others()
        figures = []
        for name, turns in (await _turns(visitors)).items():
            figures += figures_of(name, *turns)
        for name, (_, request) in REQUESTS.items():
            system, visitor = visitors[-1]
            figures += await counts_of(name, system, request(visitor))
        beside = await measure_beside(*visitors[0], session) if command == "up" else []
        busy = others.told()
    return [*figures, *beside], [
        f"{FEW:,} and {MANY:,} incidents of {CROWD.companies} companies, asked by one who sees them by five groups.",
        f"Medians of {ROUNDS} turns, which take turns with the other registry; row-level security holds.",
        busy,
        *([FOUND] if beside else []),
    ]


@asynccontextmanager
async def _filled(incidents: int, command: str) -> AsyncIterator[System]:
    async with running_system(command) as system:
        server = PostgresServer.at_its_last_address(system.data / "postgres")
        async with server.session("registry_access") as session:
            await fill(session, CROWD)
        async with server.session("registry_incidents") as session:
            await fill_with_documents(session, incidents, CROWD.companies)
        yield system


async def _visitor(system: System, session: aiohttp.ClientSession) -> Visitor:
    person = Person(system, WIDE, session)
    await person.sign_in()
    visitor = Visitor(person, CROWD.companies)
    await visitor.prepare(_CARDS)
    return visitor


async def _turns(
    visitors: Sequence[tuple[System, Visitor]],
) -> Mapping[str, tuple[Sequence[Turn], Sequence[Turn]]]:
    """By request the turns at each of the two; the first round is not counted."""
    taken: dict[str, tuple[list[Turn], list[Turn]]] = {name: ([], []) for name in REQUESTS}
    for number in range(ROUNDS + 1):
        for name, (times, request) in REQUESTS.items():
            for place, (system, visitor) in enumerate(visitors):
                turn = await timed(system.pid, times, request(visitor))
                if number:
                    taken[name][place].append(turn)
    return taken


def figures_of(name: str, few: Sequence[Turn], many: Sequence[Turn]) -> list[Figure]:
    def compared(what: str, value: Callable[[Turn], float]) -> Figure:
        now, before = (median(value(turn) for turn in turns) for turns in (many, few))
        return Figure(f"{name}: {what}", now, "ms", now / before, f"with {FEW:,}")

    parts = sorted({part for turn in many for part in turn.used})
    return [
        compared("median", lambda turn: turn.within(0.5)),
        compared("99 of 100 within", lambda turn: turn.within(0.99)),
        compared("processor time", lambda turn: turn.processor),
        *(
            Figure(f"{name}: processor time: {part}", median(turn.used.get(part, 0) for turn in many), "ms")
            for part in parts
        ),
    ]
