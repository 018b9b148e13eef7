"""All files of an incident in one archive: whole, named safely, each written down as a download before its bytes go."""

import asyncio
import csv
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import select, text

from chassis.access import Actor
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS
from chassis.broker.in_process import InProcessBroker
from chassis.context import to_claims
from chassis.errors import Fault
from chassis.http_stream import Streamed
from services.files.adapters.archive import ArchiveStream
from services.files.app import FilesRuntime
from services.files.domain.bundles import Names, table
from services.files.domain.files import FileKind, FileState
from services.files.domain.verdicts import Verdict
from services.files.persistence.rows import CustodyRow, FileRow
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user
from tests.support.uploads import decide, upload, upload_and_pass

Ask = Callable[[Actor, UUID], AbstractAsyncContextManager[Streamed]]
MINE, FOREIGN = uuid4(), uuid4()
READER = user({"incident.view": [MINE]})
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})
_NOW = datetime(2026, 1, 2, tzinfo=UTC)
MEBIBYTE = b"0123456789abcdef" * (1 << 16)


@pytest.fixture
def ask(service: RunningService) -> Ask:
    def stream(actor: Actor, incident: UUID) -> AbstractAsyncContextManager[Streamed]:
        headers = {CONTEXT_HEADER: service._gateway.sign(SUBGRAPHS, to_claims(actor)), "x-request-id": "r-3"}
        body = orjson.dumps({"incident_id": str(incident)})
        return service.transport.stream("http://files/bundles", body, headers, timeout=20)

    return stream


@pytest.fixture
async def incident(incidents: Incidents, broker: InProcessBroker) -> UUID:
    event = incidents.register(MINE)
    await broker.publish([event])
    return event.subject


async def bundled(ask: Ask, actor: Actor, incident: UUID) -> zipfile.ZipFile:
    async with ask(actor, incident) as answer:
        assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
        content = b"".join([chunk async for chunk in answer.chunks])
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return archive


async def downloads(service: RunningService) -> list[CustodyRow]:
    async with service.database.read(SYSTEM) as session:
        noted = select(CustodyRow).where(CustodyRow.operation == "DOWNLOADED").order_by(CustodyRow.at)
        return list(await session.scalars(noted))


async def test_everything_that_may_be_had_is_in_it_with_what_is_known_of_it(
    service: RunningService, runtime: FilesRuntime, ask: Ask, incident: UUID
) -> None:
    first = await upload_and_pass(runtime, EDITOR, incident, b"one", name="отчёт.txt", description="what we know")
    second = await upload_and_pass(runtime, EDITOR, incident, MEBIBYTE * 3, name="disk.zip", kind=FileKind.EVIDENCE)
    refused = await upload(runtime, EDITOR, incident, b"MZ", name="tool.exe")
    await decide(runtime, refused, Verdict(state=FileState.REFUSED))
    waiting = await upload(runtime, EDITOR, incident, b"?", name="later.txt")

    archive = await bundled(ask, READER, incident)

    assert archive.namelist() == [
        "files/отчёт.txt", "files/disk.zip", "manifest.json", "SHA256SUMS", "evidence.json", "evidence.csv",
    ]  # fmt: skip
    assert (archive.read("files/отчёт.txt"), archive.read("files/disk.zip")) == (b"one", MEBIBYTE * 3)
    assert archive.getinfo("files/disk.zip").date_time[:5] == second.uploaded_at.timetuple()[:5]
    manifest = orjson.loads(archive.read("manifest.json"))
    assert manifest["incident"] == {"id": str(incident), "reference": "ACME-2026-000001"}
    assert (manifest["made_for"]["id"], manifest["request_id"]) == (str(READER.id), "r-3")
    assert [(file["id"], file["sha256"], file["intact"]) for file in manifest["files"]] == [
        (str(file.id), file.sha256, True) for file in (first, second)
    ]
    assert manifest["files"][0]["description"] == "what we know"
    assert manifest["files"][0]["uploaded_by_id"] == str(EDITOR.id)
    assert manifest["left_out"] == [
        {"id": str(file.id), "name": file.name, "kind": "ATTACHMENT", "why": why}
        for file, why in ((refused, "REFUSED"), (waiting, "CHECKING"))
    ]
    sums = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
    assert all(hashlib.sha256(archive.read(path)).hexdigest() == digest for digest, path in sums)
    assert len(sums) == 2


async def test_the_chain_of_custody_is_in_it_with_this_very_download(
    runtime: FilesRuntime, ask: Ask, incident: UUID
) -> None:
    file = await upload_and_pass(runtime, EDITOR, incident, name="=cmd.txt")

    archive = await bundled(ask, READER, incident)

    evidence = orjson.loads(archive.read("evidence.json"))
    assert [(entry["operation"], entry["actor_id"]) for entry in evidence] == [
        ("UPLOADED", str(EDITOR.id)), ("CHECKED", str(UUID(int=0))), ("DOWNLOADED", str(READER.id)),
    ]  # fmt: skip
    assert {entry["file_id"] for entry in evidence} == {str(file.id)}
    rows = list(csv.DictReader(io.StringIO(archive.read("evidence.csv").decode())))
    assert [row["operation"] for row in rows] == ["UPLOADED", "CHECKED", "DOWNLOADED"]
    assert rows[0]["file_name"] == "'=cmd.txt"
    assert orjson.loads(rows[2]["details"]) == {"by": "bundle"}


async def test_each_file_in_it_is_a_download_of_its_own_and_is_told(
    service: RunningService, runtime: FilesRuntime, ask: Ask, incident: UUID
) -> None:
    files = [await upload_and_pass(runtime, EDITOR, incident, name=f"{number}.txt") for number in range(3)]

    await bundled(ask, READER, incident)

    assert [(entry.file_id, entry.actor_id) for entry in await downloads(service)] == [
        (file.id, READER.id) for file in files
    ]
    told = [event for event in await service.events() if event.type == "file.downloaded.v1"]
    assert [event.subject for event in told] == [file.id for file in files]


async def test_an_incident_without_files_has_an_archive_that_says_so(ask: Ask, incident: UUID) -> None:
    archive = await bundled(ask, READER, incident)

    assert orjson.loads(archive.read("manifest.json"))["files"] == []
    assert orjson.loads(archive.read("evidence.json")) == []


async def test_absent_and_hidden_incidents_are_told_apart_by_nothing(
    service: RunningService, ask: Ask, incidents: Incidents, broker: InProcessBroker
) -> None:
    foreign, restricted, deleted = (
        incidents.register(FOREIGN),
        incidents.register(MINE, members=[]),
        incidents.register(MINE),
    )
    await broker.publish([foreign, restricted, deleted])
    await broker.publish([incidents.delete(deleted.subject)])

    answers, steps = [], []
    for each in (uuid4(), foreign.subject, restricted.subject, deleted.subject):
        with service.statements() as statements:
            async with ask(READER, each) as answer:
                answers.append((answer.status, b"".join([chunk async for chunk in answer.chunks])))
        steps.append(statements)

    assert len(set(answers)) == 1
    assert answers[0][0] == 404
    assert all(taken == steps[0] for taken in steps)


@pytest.fixture
async def large(runtime: FilesRuntime, incident: UUID) -> list[FileRow]:
    """Two files of 8 MiB each."""
    return [await upload_and_pass(runtime, EDITOR, incident, MEBIBYTE * 8, name=f"{n}.zip") for n in range(2)]


async def test_once_the_incident_is_out_of_sight_nothing_more_goes(
    service: RunningService, ask: Ask, incidents: Incidents, incident: UUID, large: list[FileRow]
) -> None:
    async with ask(READER, incident) as answer:
        await anext(answer.chunks)
        incidents.delete(incident)
        with pytest.raises(Fault):
            async for _ in answer.chunks:
                pass

    assert [entry.file_id for entry in await downloads(service)] == [large[0].id]


async def test_a_file_that_is_deleted_meanwhile_is_left_out(
    service: RunningService, runtime: FilesRuntime, ask: Ask, incident: UUID, large: list[FileRow]
) -> None:
    async with ask(READER, incident) as answer:
        content = [await anext(answer.chunks)]
        async with runtime.database.work(SYSTEM) as work:
            await work.session.execute(
                text("UPDATE file SET deleted_at = now(), delete_reason = 'x' WHERE id = :id"), {"id": large[1].id}
            )
        content += [chunk async for chunk in answer.chunks]

    manifest = orjson.loads(zipfile.ZipFile(io.BytesIO(b"".join(content))).read("manifest.json"))
    assert [(each["id"], each["why"]) for each in manifest["left_out"]] == [(str(large[1].id), "GONE")]
    assert [entry.file_id for entry in await downloads(service)] == [large[0].id]


async def test_what_the_store_does_not_give_whole_breaks_it_off(
    runtime: FilesRuntime, ask: Ask, incident: UUID, large: list[FileRow]
) -> None:
    await runtime.objects.delete(str(large[1].id))

    with pytest.raises(Fault):
        await bundled(ask, READER, incident)


async def test_bytes_that_were_altered_in_the_store_are_told(runtime: FilesRuntime, ask: Ask, incident: UUID) -> None:
    file = await upload_and_pass(runtime, EDITOR, incident, b"what happened")
    await runtime.objects.put(str(file.id), b"what happ3ned", "text/plain")

    manifest = orjson.loads((await bundled(ask, READER, incident)).read("manifest.json"))

    assert [file["intact"] for file in manifest["files"]] == [False]


async def test_who_leaves_ends_the_work(
    service: RunningService, runtime: FilesRuntime, ask: Ask, incident: UUID, large: list[FileRow],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    read: list[int] = []
    ended = asyncio.Event()
    usual = runtime.objects.read

    async def noted(key: str) -> AsyncIterator[bytes]:
        try:
            async for chunk in usual(key):
                read.append(len(chunk))
                yield chunk
        finally:
            ended.set()

    monkeypatch.setattr(runtime.objects, "read", noted)
    async with ask(READER, incident) as answer:
        await anext(answer.chunks)

    async with asyncio.timeout(5):
        await ended.wait()
    assert sum(read) < len(MEBIBYTE) * 8
    assert len(await downloads(service)) == 1


async def test_any_size_is_written_with_a_few_chunks_in_memory() -> None:
    """5 GiB of zeros, which take no time to pack: beyond what the old form of the format can say."""
    size, largest, total = 5 << 30, 0, 0
    chunk = bytes(64 << 20)

    async def zeros() -> AsyncIterator[bytes]:
        for _ in range(size // len(chunk)):
            yield chunk

    archive = ArchiveStream()
    async for piece in archive.add("files/zeros", zeros(), size=size, media_type="image/png", at=_NOW):
        largest, total = max(largest, len(piece)), total + len(piece)
    tail = archive.end()

    assert size < total < size + 1000
    assert largest <= len(chunk) + 1000
    assert b"PK\x06\x06" in tail  # the end of the directory in ZIP64
    assert size.to_bytes(8, "little") in tail


def test_names_are_one_of_a_kind_on_any_system() -> None:
    names = Names()
    given = ("report.pdf", "REPORT.PDF", "report.pdf", "отчёт.pdf", "CON.txt", "nul", ".profile", "ф" * 200 + ".txt")

    paths = [names.path(name).removeprefix("files/") for name in given]

    assert paths == [
        *("report.pdf", "REPORT (2).PDF", "report (3).pdf", "отчёт.pdf", "_CON.txt", "_nul", ".profile"),
        "ф" * 118 + ".txt",
    ]


def test_no_cell_is_a_formula() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain"]
    (row,) = csv.reader(io.StringIO(table([cells])))
    assert [cell[:1] for cell in row] == ["'"] * 6 + ["p"]
