"""A registry of its own for a measurement, in a fresh directory, gone afterwards."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from deploy.local.demo import NOTE
from deploy.local.ports import pick

_START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class System:
    url: str
    pid: int
    data: Path
    users: list[dict[str, Any]]

    @property
    def graph(self) -> str:
        return f"{self.url}/graphql"

    def key(self, mail: str) -> str:
        return next(str(user["apiKey"]) for user in self.users if user["email"].startswith(mail))


@asynccontextmanager
async def running_system(command: str = "up", scale: str = "") -> AsyncIterator[System]:
    """All in one process (`up`), or a `stack` with so many of each."""
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
        port, data = pick(), Path(folder) / "data"
        environment = {
            **os.environ,
            "REGISTRY_PORT": str(port),
            "REGISTRY_DATA": str(data),
            "SCALE": scale,
            "GATEWAY_LIMIT_COST_PER_MINUTE": str(10**9),  # one caller asks as much as a whole company would
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local", command), env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}"
            await _until_ready(url, data / NOTE, process)
            yield System(url, process.pid, data, json.loads((data / "demo.json").read_text())["users"])
        finally:
            process.terminate()
            await process.wait()


async def _until_ready(url: str, note: Path, process: asyncio.subprocess.Process) -> None:
    """A stack's gateway answers before the sample is in, which the note tells."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(_START_SECONDS):
        while process.returncode is None:
            try:
                async with session.get(f"{url}/readyz") as answer:
                    if answer.status == 200 and note.exists():  # noqa: ASYNC240  # a local file, looked for five times a second
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
    raise RuntimeError("the registry did not start")
