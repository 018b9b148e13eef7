"""`python -m benchmarks people`: a registry of few people and one of many run side by side, asked in turn."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Any, Final

import aiohttp

from benchmarks.people.asking import LIST, ME, Person, Turn, timed
from benchmarks.people.crowd import LARGE, NARROW, SMALL, WIDE, Crowd, fill
from benchmarks.results import Figure
from benchmarks.system import System, running_system
from benchmarks.walls.incidents import fill as fill_incidents
from deploy.local.postgres import PostgresServer

ROUNDS: Final = int(os.environ.get("REGISTRY_BENCH_PEOPLE_ROUNDS", "7"))
_INCIDENTS: Final = 4_000
_OF_COMPANIES: Final = 10
Requests = Mapping[str, tuple[int, Callable[[Person], Awaitable[Any]]]]
REQUESTS: Final[Requests] = {
    "sign-in": (8, lambda person: person.sign_in()),
    "sign-in and a first question": (8, lambda person: person.sign_in_and_ask_first()),
    "me": (60, lambda person: person.ask(ME)),
    "list of 50": (60, lambda person: person.ask(LIST)),
}
CALLERS: Final = {"who sees 3 companies": NARROW, "who sees all companies by five groups": WIDE}


async def measure_people() -> tuple[list[Figure], list[str]]:
    async with AsyncExitStack() as running:
        few, many = [await running.enter_async_context(_crowded(crowd)) for crowd in (SMALL, LARGE)]
        session = await running.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        figures = []
        for caller, mail in CALLERS.items():
            people = [(system, Person(system, mail, session)) for system in (few, many)]
            for name, turns in (await _turns(people)).items():
                figures += figures_of(f"{name}, {caller}", *turns)
    return figures, [
        f"{LARGE.users:,} users, {LARGE.companies:,} companies, {LARGE.groups} groups; `few` is {SMALL.users} of each.",
        f"{_INCIDENTS:,} incidents of {_OF_COMPANIES} companies in both.",
        f"Medians of {ROUNDS} turns, one after the other; processor time of gateway, services and PostgreSQL together.",
    ]


@asynccontextmanager
async def _crowded(crowd: Crowd) -> AsyncIterator[System]:
    async with running_system() as system:
        server = PostgresServer.at_its_last_address(system.data / "postgres")
        async with server.session("registry_access") as session:
            await fill(session, crowd)
        async with server.session("registry_incidents") as session:
            await fill_incidents(session, _INCIDENTS, _OF_COMPANIES)
        yield system


async def _turns(people: Sequence[tuple[System, Person]]) -> Mapping[str, tuple[Sequence[Turn], Sequence[Turn]]]:
    """By request the turns at each of the two systems; the first round is not counted."""
    taken: dict[str, tuple[list[Turn], list[Turn]]] = {name: ([], []) for name in REQUESTS}
    for number in range(ROUNDS + 1):
        for name, (times, request) in REQUESTS.items():
            for place, (system, person) in enumerate(people):
                turn = await timed(system, times, lambda person=person, request=request: request(person))  # type: ignore[misc]  # mypy infers no lambda with defaults
                if number:
                    taken[name][place].append(turn)
    return taken


def figures_of(name: str, few: Sequence[Turn], many: Sequence[Turn]) -> list[Figure]:
    spent, before = (median(turn.processor for turn in turns) for turns in (many, few))
    clock, clock_before = (median(turn.clock for turn in turns) for turns in (many, few))
    parts = sorted({part for turn in many for part in turn.used})
    return [
        Figure(f"{name}: processor time", spent, "ms", spent / before, "with few"),
        Figure(f"{name}: by the clock", clock, "ms", clock / clock_before, "with few"),
        *(
            Figure(f"{name}: processor time: {part}", median(turn.used.get(part, 0) for turn in many), "ms")
            for part in parts
        ),
    ]
