"""The directories service as a process of its own, asked over HTTP as the gateway does."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from benchmarks.locales.content import COMMON, Size
from benchmarks.processes import memory_megabytes, processor_seconds
from benchmarks.walls.incidents import numbered
from chassis.access import Actor, ActorKind, Scope
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS, Signer
from chassis.context import to_claims
from deploy.local.environment import NoStore, Surroundings
from deploy.local.ports import pick
from deploy.local.provision import DatabaseUrls

NAME: Final = "directories"
_INCIDENTS: Final = 50
_START_SECONDS: Final = 60
LIST: Final = "{ incidentTypes { id code name description color textColor classification { name } } }"
EVERYTHING: Final = "{ %s }" % " ".join(  # noqa: UP031  # braces
    f"{kind}: directoryEntries(kind: {kind}) {{ id code name description color textColor }}"
    for kind in (
        *(kind.name for kind in COMMON),
        "INDICATOR_TYPE",
        "DEPARTMENT_KIND",
        "DETECTION_SOURCE",
        "ROLE",
        "FILE_KIND",
    )
)
_PAGE: Final = """
query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Classification { code name } ... on IncidentType { code name } ... on IncidentStatus { code name color }
    ... on Severity { code name rank } ... on Outcome { code name } } }
"""
_TYPES: Final = dict(
    zip(COMMON, ("Classification", "IncidentType", "IncidentStatus", "Severity", "Outcome"), strict=True)
)


def _of_a_page() -> list[dict[str, str]]:
    """What fifty incidents refer to, five entries each."""
    first, found = 1, []
    for kind, entries in COMMON.items():
        found += [{"__typename": _TYPES[kind], "id": str(numbered(first + n % entries))} for n in range(_INCIDENTS)]
        first += entries
    return found


PAGE: Final[tuple[str, Mapping[str, Any]]] = (_PAGE, {"of": _of_a_page()})


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds: by the clock, and of the processors, service and database together."""

    clock: float
    processor: float

    def shared_by(self, number: int) -> Self:
        return type(self)(self.clock / number, self.processor / number)


class Service:
    """One of the two. `database` is the process of the PostgreSQL server, which both use in turn."""

    def __init__(
        self, urls: DatabaseUrls, keys: Path, database: int, session: aiohttp.ClientSession, size: Size
    ) -> None:
        self._settings = Surroundings(databases={NAME: urls}, keys=keys, store=NoStore(), port=pick())
        self._gateway = Signer("gateway", (keys / "gateway.pem").read_text())
        self._database = database
        self._session = session
        self._process: asyncio.subprocess.Process | None = None
        self.size = size

    async def start(self) -> None:
        """Until it has answered its first reader."""
        settings = self._settings.of_service(NAME) | {"DIRECTORIES_PORT": str(self._settings.port)}
        settings["DIRECTORIES_LOG_LEVEL"] = "warning"
        command = (sys.executable, "-m", "services.directories", "serve")
        self._process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings})
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    await self.ask(LIST)
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.01)
                else:
                    return

    async def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None, language: str = "de-AT") -> Any:
        actor = Actor(id=numbered(1), kind=ActorKind.USER, name="reader", scope=Scope({}), locales=(language,))
        headers = {CONTEXT_HEADER: self._gateway.sign(SUBGRAPHS, to_claims(actor))}
        body = {"query": query, "variables": variables or {}}
        async with self._session.post(f"{self._settings.url}/graphql", json=body, headers=headers) as answer:
            told = await answer.json()
        if told.get("errors"):
            raise RuntimeError(told["errors"])
        return told["data"]

    async def taken(self, times: int, request: Callable[["Service"], Awaitable[Any]]) -> Taken:
        before, began = self._spent(), time.perf_counter()
        for _ in range(times):
            await request(self)
        passed = time.perf_counter() - began
        return Taken(passed / times * 1000, (self._spent() - before) / times * 1000)

    def memory(self) -> float:
        """Megabytes."""
        return 0 if self._process is None else sum(memory_megabytes(self._process.pid).values())

    def _spent(self) -> float:
        own = 0.0 if self._process is None else sum(processor_seconds(self._process.pid).values())
        return own + sum(processor_seconds(self._database).values())
