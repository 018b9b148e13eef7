"""A registry that is killed in the middle of an import loses nothing, doubles nothing, and goes on."""

import asyncio
import csv
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from deploy.local.ports import pick

ROWS = 400
MAPPING = """
name = "kill"
[key]
column = "key"
[company]
column = "company"
[fields]
title = "title"
"""


class Registry:
    """A registry of its own as a process, in a directory that outlives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = pick()
        self.process: Process | None = None
        self.environment = {
            **os.environ,
            "REGISTRY_PORT": str(self.port),
            "REGISTRY_DATA": str(folder / "data"),
            "REGISTRY_URL": f"http://127.0.0.1:{self.port}/graphql",
        }

    async def run(self, *words: str) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *words, env=self.environment, stdout=PIPE, stderr=DEVNULL
        )

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local", "up"), env=self.environment, stdout=DEVNULL
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(180):
            while not await self._ready(session):
                assert self.process.returncode is None, "the registry ended while it was starting"
                await asyncio.sleep(0.1)
        demo = json.loads((self.folder / "data" / "demo.json").read_text())
        self.environment["REGISTRY_API_KEY"] = demo["users"][0]["apiKey"]

    async def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.process.wait()

    async def registered(self) -> int:
        async with aiohttp.ClientSession() as session:
            headers = {"authorization": f"Bearer {self.environment['REGISTRY_API_KEY']}"}
            query = {"query": "{ incidents(first: 1) { totalCount } }"}
            async with session.post(self.environment["REGISTRY_URL"], json=query, headers=headers) as answer:
                return int((await answer.json())["data"]["incidents"]["totalCount"])

    async def _ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    made = Registry(tmp_path)
    yield made
    await made.end(signal.SIGTERM)


@pytest.mark.timeout(600)
async def test_kill_9_during_an_import_loses_and_doubles_nothing(registry: Registry) -> None:
    rows, mapping = write_table(registry.folder)
    await registry.start()
    sample = await registry.registered()

    importing = await registry.run("client", "import", str(rows), "--mapping", str(mapping), "--parallel", "2")
    while await registry.registered() < sample + ROWS // 4:
        await asyncio.sleep(0.02)
    assert await registry.end(signal.SIGKILL) == -signal.SIGKILL
    await registry.start()

    assert await importing.wait() == 0
    assert await registry.registered() == sample + ROWS
    again = await registry.run("client", "import", str(rows), "--mapping", str(mapping))
    assert b"0 registered, 400 already there, 0 bad" in (await again.communicate())[0]
    verified = await registry.run("deploy.local", "verify")
    report = (await verified.communicate())[0].decode()
    assert verified.returncode == 0, report
    assert f"{sample + ROWS} incidents, {sample + ROWS} registrations" in report


def write_table(folder: Path) -> tuple[Path, Path]:
    rows, mapping = folder / "rows.csv", folder / "mapping.toml"
    mapping.write_text(MAPPING)
    with rows.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("key", "company", "title"))
        names = ("Northwind Logistics", "Steppe Energy", "Harbour Health")
        writer.writerows((number, names[number % 3], f"Row number {number}") for number in range(ROWS))
    return rows, mapping
