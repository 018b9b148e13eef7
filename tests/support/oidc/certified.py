"""The certified provider (npm: oidc-provider) as a process of its own on loopback."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from deploy.local.ports import pick
from tests.support.node_packages import installed, node_folder

HERE = Path(__file__).parent
ORIGIN = "http://127.0.0.1:8000"
CLIENT = {"client_id": "registry", "client_secret": "secret-of-the-registry"}
API = "https://registry.example.org/graphql"


class Certified:
    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def tell(self, **told: Any) -> None:
        """As provider.mjs says: `account`, `claims`, `rotate`."""
        async with aiohttp.ClientSession() as session, session.post(f"{self.issuer}/control", json=told) as answer:
            assert answer.status == 200

    async def machine_token(self) -> str:
        """A JWT for the API, of the client `machine`."""
        form = {"grant_type": "client_credentials", "resource": API, "scope": "incident.view"}
        login = aiohttp.BasicAuth("machine", "secret-of-the-machine")
        async with (
            aiohttp.ClientSession(auth=login) as session,
            session.post(f"{self.issuer}/token", data=form) as answer,
        ):
            token: str = (await answer.json())["access_token"]
            return token


@asynccontextmanager
async def certified() -> AsyncIterator[Certified]:
    """Raises NodeMissing."""
    node, port = node_folder(), pick()
    folder = await asyncio.to_thread(installed, HERE, "provider.mjs")
    command = (str(node / "bin" / "node"), str(folder / "provider.mjs"), str(port), ORIGIN)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
    reading = asyncio.create_task(_until_ready(process))
    try:
        await asyncio.wait_for(asyncio.shield(reading), 30)
        draining = asyncio.create_task(_drain(process))
        yield Certified(f"http://127.0.0.1:{port}")
        draining.cancel()
    finally:
        reading.cancel()
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_ready(process: Process) -> None:
    assert process.stdout is not None
    lines: list[bytes] = []
    while (line := await process.stdout.readline()) != b"ready\n":
        lines.append(line)
        assert line, b"".join(lines).decode()


async def _drain(process: Process) -> None:
    assert process.stdout is not None
    while await process.stdout.readline():
        pass
