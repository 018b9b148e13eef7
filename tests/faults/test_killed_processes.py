"""Whichever process of `make stack` is killed during an import, it ends with every row in once."""

import asyncio
import json
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.own_registry import Registry, write_table

ROWS, STEP = 5_000, 50
KILLED = (
    *("processes/incidents", "processes/incidents-work", "processes/files-work", "processes/notifications-work"),
    *("processes/access", "processes/gateway", "rabbitmq/node", "postgres/process"),
)


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    made = Registry(tmp_path, "stack")
    yield made
    await made.end(signal.SIGTERM)


def number_of(registry: Registry, process: str) -> int:
    """The process number; a process that is just being started again has none."""
    record = registry.data / f"{process}.json"
    return int(json.loads(record.read_text())["pid"])


async def growing(registry: Registry, importing: Process, to: int) -> int:
    """The number of incidents, as soon as there are so many; while nobody answers it is asked again."""
    async with asyncio.timeout(120):
        while True:
            assert importing.returncode is None, (await importing.communicate())[0].decode()
            try:
                count = await registry.registered()
            except (aiohttp.ClientError, KeyError, TypeError):
                count = 0
            if count >= to:
                return count
            await asyncio.sleep(0.05)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_kill_9_of_any_process_during_an_import_loses_nothing(registry: Registry) -> None:
    rows, mapping = write_table(registry.folder, ROWS)
    await registry.start()
    sample = await registry.registered()

    importing = await registry.run("client", "import", str(rows), "--mapping", str(mapping), "--parallel", "2")
    count = await growing(registry, importing, sample + STEP)
    for process in KILLED:
        os.kill(number_of(registry, process), signal.SIGKILL)
        count = await growing(registry, importing, count + STEP)

    said = (await importing.communicate())[0].decode()
    assert importing.returncode == 0, said
    assert await registry.registered() == sample + ROWS
    verified = await registry.run("deploy.local", "verify")
    report = (await verified.communicate())[0].decode()
    assert verified.returncode == 0, report
    assert f"{sample + ROWS} incidents, {sample + ROWS} registrations" in report
