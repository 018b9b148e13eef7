"""A whole registry as a process of its own, and a table of incidents to import into it."""

import asyncio
import csv
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from pathlib import Path

import aiohttp

from deploy.local.ports import pick

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
    """A registry of a test's own, started as a person would: by `up` or `stack`, in a directory that outlives it."""

    def __init__(self, folder: Path, command: str = "up") -> None:
        self.folder = folder
        self.data = folder / "data"
        self._command = command
        self.port = pick()
        self.process: Process | None = None
        self.environment = {
            **os.environ,
            "REGISTRY_PORT": str(self.port),
            "REGISTRY_DATA": str(self.data),
            "REGISTRY_URL": f"http://127.0.0.1:{self.port}/graphql",
        }

    async def run(self, *words: str) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *words, env=self.environment, stdout=PIPE, stderr=STDOUT
        )

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local", self._command), env=self.environment, stdout=DEVNULL
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(180):
            while not await self._ready(session):
                assert self.process.returncode is None, "the registry ended while it was starting"
                await asyncio.sleep(0.1)
            while not (self.data / "demo.json").exists():
                await asyncio.sleep(0.1)
        demo = json.loads((self.data / "demo.json").read_text())
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


def write_table(folder: Path, count: int) -> tuple[Path, Path]:
    """So many incidents of the sample's companies, and the mapping that imports them."""
    rows, mapping = folder / "rows.csv", folder / "mapping.toml"
    mapping.write_text(MAPPING)
    with rows.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(("key", "company", "title"))
        names = ("Northwind Logistics", "Steppe Energy", "Harbour Health")
        writer.writerows((number, names[number % 3], f"Row number {number}") for number in range(count))
    return rows, mapping
