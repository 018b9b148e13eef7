"""Files that are uploaded while everything is killed: what was acknowledged is there, whole, and nothing else is."""

import asyncio
import hashlib
import json
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import aiohttp
import obstore
import pytest
from obstore.store import S3Store

from tests.support.own_registry import Registry
from tests.support.uploaders import Uploaders

FEW, MANY = 60, 5_000
AT_ONCE = 6
STANDSTILL = 180  # seconds; who was killed leaves a file to others after two minutes
OF_INCIDENT = 150  # of the 200 that an incident may have: what is begun again counts too
KILLED = (
    *("processes/files", "processes/files-work", "objects/process", "postgres/process", "processes/gateway"),
    *("objects/process", "processes/files", "processes/files-work"),
)


@pytest.fixture
async def uploaders(tmp_path: Path, request: pytest.FixtureRequest, seed: str) -> AsyncIterator[Uploaders]:
    registry = Registry(tmp_path, request.param)
    try:
        await registry.start()
        async with aiohttp.ClientSession() as session:
            yield Uploaders(registry, session, random.Random(seed))  # noqa: S311  # no secret
    finally:
        await registry.end(signal.SIGTERM)


async def upload_all(uploaders: Uploaders, incidents: list[str], number: int) -> None:
    waiting = list(range(number))

    async def one_after_another() -> None:
        while waiting:
            each = waiting.pop()
            await uploaders.upload(incidents[each % len(incidents)], each)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_after_another())


async def acknowledged(uploaders: Uploaders, number: int) -> None:
    while len(uploaders.acknowledged) < number:
        await asyncio.sleep(0.05)


async def settled(uploaders: Uploaders, incidents: list[str]) -> dict[str, tuple[str, str | None]]:
    """Once all are checked: a busy machine takes its time, but the checks must not stand still."""
    found = await uploaders.found(incidents)
    while waiting := checking(found):
        async with asyncio.timeout(STANDSTILL):
            while checking(found) == waiting:
                await asyncio.sleep(5)  # asking for all files of all incidents takes processor time from the checks
                found = await uploaders.found(incidents)
    return found


def checking(found: Mapping[str, tuple[str, str | None]]) -> int:
    return sum(state == "CHECKING" for state, _ in found.values())


async def assert_all_there(uploaders: Uploaders, incidents: list[str]) -> None:
    """Also in the store itself, past the service."""
    found = await settled(uploaders, incidents)
    assert found == {file: ("AVAILABLE", sha256) for file, sha256 in uploaders.acknowledged.items()}
    store = bucket_of(uploaders.registry)
    for file, sha256 in uploaders.acknowledged.items():
        content = await (await obstore.get_async(store, file)).bytes_async()
        assert hashlib.sha256(bytes(content)).hexdigest() == sha256


def bucket_of(registry: Registry) -> S3Store:
    objects = registry.data / "objects"
    keys, ports = (json.loads((objects / f"{name}.json").read_text()) for name in ("keys", "ports"))
    return S3Store(
        "files",
        endpoint=f"http://127.0.0.1:{ports['s3']}",
        region="us-east-1",
        access_key_id=keys["access key"],
        secret_access_key=keys["secret key"],
        client_options={"allow_http": True},
    )


async def assert_verified(registry: Registry) -> None:
    verified = await registry.run("deploy.local", "verify")
    report = (await verified.communicate())[0].decode()
    assert verified.returncode == 0, report


@pytest.mark.timeout(600)
@pytest.mark.parametrize("uploaders", ["up"], indirect=True)
async def test_kill_9_of_the_registry_during_uploads_loses_and_alters_no_file(
    uploaders: Uploaders, tell: Callable[[str], None]
) -> None:
    incidents = await uploaders.incidents(2)
    uploading = asyncio.create_task(upload_all(uploaders, incidents, FEW))
    await acknowledged(uploaders, FEW // 2)
    assert await uploaders.registry.end(signal.SIGKILL) == -signal.SIGKILL
    await uploaders.registry.start()
    await uploading

    await assert_all_there(uploaders, incidents)
    tell(f"{FEW} uploads, the registry killed, {uploaders.retries} requests repeated: none lost or altered")
    await assert_verified(uploaders.registry)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("uploaders", ["stack"], indirect=True)
async def test_kill_9_of_any_process_during_uploads_loses_and_alters_no_file(
    uploaders: Uploaders, tell: Callable[[str], None]
) -> None:
    incidents = await uploaders.incidents(-(-MANY // OF_INCIDENT))
    uploading = asyncio.create_task(upload_all(uploaders, incidents, MANY))
    for number, process in enumerate(KILLED, start=1):
        await acknowledged(uploaders, MANY * number // (len(KILLED) + 1))
        record = json.loads((uploaders.registry.data / f"{process}.json").read_text())
        os.kill(int(record["pid"]), signal.SIGKILL)
    await uploading

    await assert_all_there(uploaders, incidents)
    tell(f"{MANY} uploads, {len(KILLED)} processes killed, {uploaders.retries} requests repeated: none lost or altered")
    await assert_verified(uploaders.registry)
