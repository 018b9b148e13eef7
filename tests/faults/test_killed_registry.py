"""A registry that is killed in the middle of an import loses nothing, doubles nothing, and goes on."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.own_registry import Registry, write_table

ROWS = 400


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    made = Registry(tmp_path)
    yield made
    await made.end(signal.SIGTERM)


@pytest.mark.timeout(600)
async def test_kill_9_during_an_import_loses_and_doubles_nothing(registry: Registry) -> None:
    rows, mapping = write_table(registry.folder, ROWS)
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
