"""`python -m services.<name> COMMAND` as a process of its own, without settings of the machine's."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def start(service: str, command: str, environment: Mapping[str, str], *arguments: str) -> Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(f"{service.upper()}_")}
    words = ("-m", f"services.{service}", command, *arguments)
    return await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, env=kept | dict(environment), stdout=PIPE, stderr=PIPE
    )


async def run(
    service: str, command: str, environment: Mapping[str, str], *arguments: str
) -> tuple[int | None, str, str]:
    """Its status, what it said, and what it complained of."""
    process = await start(service, command, environment, *arguments)
    output, complaints = await process.communicate()
    return process.returncode, output.decode(), complaints.decode()
