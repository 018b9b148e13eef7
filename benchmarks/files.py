"""Files: what a large upload needs of memory, and what a steady stream of uploads costs those who read lists."""

import asyncio
import os
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from statistics import median
from typing import Any, Final

import aiohttp

from benchmarks.listing import LIST, Turn, timed_requests
from benchmarks.processes import Others, memory_megabytes
from benchmarks.results import Figure
from benchmarks.system import System, running_system
from deploy.local.postgres import PostgresServer

GIBIBYTES: Final = float(os.environ.get("REGISTRY_BENCH_UPLOAD_GIB", "5"))
ROUNDS: Final = int(os.environ.get("REGISTRY_BENCH_UPLOAD_ROUNDS", "5"))
PER_SECOND: Final = 2.0
_AT_ONCE: Final = 3
_LINE: Final = 1024
_SMALL: Final = 50_000
_FIELDS: Final = """uploads { id request { method url headers { name value } }
    parts { offset size request { method url headers { name value } } } } errors { message }"""
_REQUEST: Final = f"mutation ($input: RequestUploadsInput!) {{ requestUploads(input: $input) {{ {_FIELDS} }} }}"
_COMPLETE: Final = """
mutation ($input: CompleteUploadsInput!) { completeUploads(input: $input) { files { id } errors { message } } }
"""
_STATE: Final = "query ($id: ID!) { file(id: $id) { state findings { code } } }"
_INCIDENTS: Final = "{ incidents(first: 50) { nodes { id } } }"
_READING: Final = ("services.incidents serve", "services.access serve", "services.directories serve")
# What the sessions of a database were busy with, in milliseconds, since the statistics began.
_ACTIVE: Final = "SELECT active_time FROM pg_stat_database WHERE datname = 'registry_incidents'"


async def measure_files() -> tuple[list[Figure], list[str]]:
    async with running_system("stack") as system, aiohttp.ClientSession() as session:
        sender = Sender(system, session)
        incidents = await sender.incidents()
        others = Others()
        lists = await _lists_beside_uploads(system, sender, incidents)
        large = await _large_upload(system, sender, incidents[0])
        busy = others.told()
    return [*lists, *large], [
        f"A stack. {ROUNDS} rounds, medians: lists of 50 alone, and beside {PER_SECOND:g} uploads a second of 50 kB.",
        f"The large upload is {GIBIBYTES:g} GiB of text in parts of 64 MiB, {_AT_ONCE} at a time.",
        "Memory is the most seen, twice a second, shared pages by their share, until the file was available.",
        "SQL time is of all sessions of the incidents' database, those too that write uploads into histories.",
        busy,
    ]


class Sender:
    """One who uploads, as the administrator."""

    def __init__(self, system: System, session: aiohttp.ClientSession) -> None:
        self._system = system
        self._session = session
        self._headers = {"authorization": f"Bearer {system.key('admin')}"}

    async def incidents(self) -> list[str]:
        return [node["id"] for node in (await self.ask(_INCIDENTS))["incidents"]["nodes"]]

    async def request(self, incident: str, size: int) -> Any:
        wanted = {"name": "bench.txt", "size": size, "mediaType": "text/plain"}
        asked = (await self.ask(_REQUEST, input={"incidentId": incident, "files": [wanted]}))["requestUploads"]
        if asked["errors"]:
            raise RuntimeError(asked["errors"])
        return asked["uploads"][0]

    async def send(self, request: Mapping[str, Any], content: bytes | AsyncIterator[bytes]) -> None:
        headers = {header["name"]: header["value"] for header in request["headers"]}
        async with self._session.request(
            request["method"], request["url"], data=content, headers=headers, timeout=aiohttp.ClientTimeout(600)
        ) as answer:
            answer.raise_for_status()

    async def complete(self, upload: str) -> None:
        done = (await self.ask(_COMPLETE, input={"ids": [upload]}))["completeUploads"]
        if done["errors"]:
            raise RuntimeError(done["errors"])

    async def until_checked(self, file: str) -> None:
        while (found := (await self.ask(_STATE, id=file))["file"])["state"] == "CHECKING":  # noqa: ASYNC110  # elsewhere
            await asyncio.sleep(0.5)
        if found["state"] != "AVAILABLE":
            raise RuntimeError(found)

    async def ask(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        async with self._session.post(self._system.graph, json=body, headers=self._headers) as answer:
            return (await answer.json())["data"]


async def _large_upload(system: System, sender: Sender, incident: str) -> list[Figure]:
    size = int(GIBIBYTES * 2**30)
    async with _watched(system.pid) as most:
        upload = await sender.request(incident, size)
        places = asyncio.Semaphore(_AT_ONCE)

        async def send(part: Mapping[str, Any]) -> None:
            async with places:
                await sender.send(part["request"], _lines(part["size"]))

        await asyncio.gather(*(send(part) for part in upload["parts"]))
        await sender.complete(upload["id"])
        await sender.until_checked(upload["id"])
    return [
        Figure(f"upload of {GIBIBYTES:g} GiB: most memory of {name}", held, "MB") for name, held in sorted(most.items())
    ]


async def _lines(size: int) -> AsyncIterator[bytes]:
    """Text of so many bytes, a mebibyte at a time."""
    line = (secrets.token_hex(_LINE // 2)[:-1] + "\n").encode()
    while size:
        chunk = (line * _LINE)[:size]
        yield chunk
        size -= len(chunk)


@asynccontextmanager
async def _watched(root: int) -> AsyncIterator[dict[str, float]]:
    """The most memory that each kind of process held meanwhile, in megabytes."""
    most: dict[str, float] = defaultdict(float)

    async def watch() -> None:
        while True:
            for name, held in (await asyncio.to_thread(memory_megabytes, root)).items():
                most[name] = max(most[name], held)
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    try:
        yield most
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _lists_beside_uploads(system: System, sender: Sender, incidents: Sequence[str]) -> list[Figure]:
    alone: list[tuple[Turn, float]] = []
    beside: list[tuple[Turn, float]] = []
    for number in range(ROUNDS + 1):  # the first round is not counted
        for turns, uploading in ((alone, False), (beside, True)):
            async with _uploads(sender, incidents if uploading else ()):
                turn = await _lists(system)
            if number:
                turns.append(turn)
    return [
        _compared("processor time of the services that answer lists", alone, beside, _reading),
        _compared("SQL time of the incidents", alone, beside, lambda turn: turn[1]),
        _compared("median", alone, beside, lambda turn: turn[0].within(0.5)),
    ]


async def _lists(system: System) -> tuple[Turn, float]:
    """A turn, and the milliseconds of SQL for each request in it."""
    server = PostgresServer.at_its_last_address(system.data / "postgres")
    async with server.session() as session:
        before = await session.fetchval(_ACTIVE)
        turn = await timed_requests(system, LIST, lambda _: {"first": 50}, callers=1, seconds=4.0)
        await asyncio.sleep(1.2)  # sessions tell their times once a second
        after = await session.fetchval(_ACTIVE)
    return turn, (after - before) / len(turn.seconds)


def _reading(measured: tuple[Turn, float]) -> float:
    return sum(measured[0].processor.get(name, 0.0) for name in _READING)


def _compared(name: str, alone: Sequence[Any], beside: Sequence[Any], value: Any) -> Figure:
    now, before = median(map(value, beside)), median(map(value, alone))
    return Figure(f"list of 50 beside uploads: {name}", now, "ms", now / before, "without uploads")


@asynccontextmanager
async def _uploads(sender: Sender, incidents: Sequence[str]) -> AsyncIterator[None]:
    """A steady stream of them into one incident after another; none without incidents."""

    async def send_for_ever() -> None:
        number = 0
        while incidents:
            upload = await sender.request(incidents[number % len(incidents)], _SMALL)
            await sender.send(upload["request"], (b"a" * 99 + b"\n") * (_SMALL // 100))
            await sender.complete(upload["id"])
            number += 1
            await asyncio.sleep(1 / PER_SECOND)

    sending = asyncio.create_task(send_for_ever())
    try:
        yield
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
