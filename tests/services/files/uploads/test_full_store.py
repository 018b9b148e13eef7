"""A store whose disk is really full: SeaweedFS on a file system of 64 MB in memory, which is then made larger."""

import asyncio
import hashlib
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.broker.in_process import InProcessBroker
from deploy.local.object_store import ObjectStore
from deploy.local.provision import DatabaseUrls
from deploy.local.supervisor import Supervisor
from services.files.__main__ import SERVICE
from services.files.app import FilesRuntime
from services.files.usecases.check_waiting import check_next
from tests.support.incidents import Incidents
from tests.support.services import RunningService, running
from tests.support.uploading import EDITOR, RESUME, ask, complete, rows, send

MIB: Final = 2**20
LARGE: Final = os.urandom(40 * MIB).hex().encode()  # 80 MiB of text: more than there is room for
SMALL: Final = os.urandom(MIB).hex().encode()
RECOVERS_WITHIN: Final = 90  # seconds; the store looks at its disk now and then
FILES: Final = "attachments { id state sha256 }"


@pytest.fixture
def disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="registry-full-"))
    mounting = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mounting, check=False, capture_output=True, text=True)
        if mounted.returncode:
            pytest.skip(f"no file system of its own may be mounted here, to fill it up: {mounted.stderr.strip()}")
        yield folder
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607  # our words
    finally:
        folder.rmdir()


@pytest.fixture
async def store(disk: Path) -> AsyncIterator[ObjectStore]:
    made = ObjectStore(disk / "store", buckets=["files"])
    async with Supervisor() as supervisor:
        await supervisor.start(made)
        yield made


@pytest.fixture
async def crowded(
    store: ObjectStore,
    service: RunningService,
    service_databases: Mapping[str, DatabaseUrls],
    signing_keys: Path,
    incidents: Incidents,
) -> AsyncIterator[RunningService]:
    """The service with that store, and the tables that `service` has emptied."""
    settings: dict[str, Any] = {
        "s3_endpoint": store.endpoint, "s3_bucket": store.bucket,
        "s3_access_key": store.access_key, "s3_secret_key": store.secret_key,
    }  # fmt: skip
    async with running(SERVICE, service_databases["files"], signing_keys, **settings) as made:
        made.transport.applications.update({**service.transport.applications, "files": made.application})
        yield made


def give_room(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=256m", str(disk)], check=True)  # noqa: S607  # our words


async def shown(service: RunningService, incident: UUID) -> Any:
    (found,) = await service.entities("Incident", [incident], FILES, EDITOR)
    return found["attachments"]


async def resume(service: RunningService, upload: Mapping[str, Any]) -> Any:
    (found,) = (await service.data(RESUME, EDITOR, input={"id": upload["id"]}))["resumeUpload"]["uploads"]
    return found


async def send_parts(upload: Mapping[str, Any]) -> list[int]:
    """The status of each that was missing, until one is not taken."""
    statuses: list[int] = []
    for part in upload["parts"]:
        if not part["isUploaded"] and (not statuses or statuses[-1] == 200):
            statuses.append(await send(part["request"], LARGE[part["offset"] : part["offset"] + part["size"]]))
    return statuses


async def insist(service: RunningService, upload: Mapping[str, Any]) -> None:
    """As a client goes on after a while: with what is missing."""
    async with asyncio.timeout(RECOVERS_WITHIN):
        while not all(part["isUploaded"] for part in (await resume(service, upload))["parts"]):
            if (await send_parts(await resume(service, upload)))[-1:] != [200]:
                await asyncio.sleep(1)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_a_full_store_is_told_shows_nothing_half_and_takes_the_rest_once_there_is_room(
    crowded: RunningService, broker: InProcessBroker, incidents: Incidents, incident: UUID, disk: Path,
    small_parts: None,
) -> None:  # fmt: skip
    runtime = crowded.runtime
    assert isinstance(runtime, FilesRuntime)
    begun = [
        (await ask(crowded, incident, {"size": len(content), "name": f"{len(content)}.txt"}))["uploads"][0]
        for content in (SMALL, LARGE, SMALL)
    ]
    first, large, late = begun
    assert await send(first["request"], SMALL) == 200
    assert (await complete(crowded, first["id"]))["errors"] == []
    assert await check_next(crowded.database, runtime.examiners)
    whole = [{"id": first["id"], "state": "AVAILABLE", "sha256": digest(SMALL)}]

    parts = await send_parts(large)
    alone = await send(late["request"], SMALL)
    refused = (await complete(crowded, large["id"], late["id"]))["errors"]

    assert parts == [*[200] * (len(parts) - 1), 500]
    assert 1 < len(parts) < len(large["parts"])
    assert alone == 500
    arrived = sum(part["size"] for part in large["parts"][: len(parts) - 1])
    assert [(error["code"], error["field"]) for error in refused] == [
        ("INVALID", ["ids", "0"]),
        ("INVALID", ["ids", "1"]),
    ]
    assert f"{arrived} of {len(LARGE)} bytes have arrived: resume it" in refused[0]["message"]
    assert "Nothing has arrived yet" in refused[1]["message"]
    assert await shown(crowded, incident) == whole
    assert await rows(crowded) == {"upload": 2, "file": 1, "file_check": 0}
    assert b"".join([chunk async for chunk in runtime.objects.read(first["id"])]) == SMALL

    give_room(disk)
    await insist(crowded, large)
    again = await resume(crowded, late)
    assert await send(again["request"], SMALL) == 200
    assert (await complete(crowded, large["id"], late["id"]))["errors"] == []
    assert [await check_next(crowded.database, runtime.examiners) for _ in range(3)] == [True, True, False]

    assert sorted(await shown(crowded, incident), key=lambda file: str(file["id"])) == [
        *whole,
        {"id": large["id"], "state": "AVAILABLE", "sha256": digest(LARGE)},
        {"id": late["id"], "state": "AVAILABLE", "sha256": digest(SMALL)},
    ]
