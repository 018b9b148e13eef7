"""Checking files: what was found is written once, whoever is interrupted loses nothing, and nothing passes unseen."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.errors import Fault
from services.files.adapters.clamav import TooLarge
from services.files.app import FilesRuntime
from services.files.domain.content.findings import Code, Finding, Inspection
from services.files.domain.files import FileKind, key, preview_key
from services.files.persistence import checks
from services.files.persistence.rows import CheckRow, CustodyRow, FileRow
from services.files.usecases.check_file import Examiners
from services.files.usecases.check_waiting import check_next, keep_checking
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user
from tests.support.uploads import upload

MINE = uuid4()
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})
EVERYTHING = Actor.system("test", EVERY_COMPANY)
CONTENT = b"what happened"


@dataclass
class Desk:
    """Examiners that find what they are told to."""

    found: dict[str, Inspection] = field(default_factory=dict)  # by name; what is not here is clean
    infected: str | None = None
    away: Fault | None = None  # what the scanner says instead of an answer
    seen: list[bytes] = field(default_factory=list)

    async def inspect(self, path: Path, name: str, media_type: str) -> Inspection:
        self.seen.append(path.read_bytes())
        return self.found.get(name, Inspection(media_type))

    async def scan(self, chunks: AsyncIterator[bytes]) -> str | None:
        content = b"".join([chunk async for chunk in chunks])
        if self.away is not None:
            raise self.away
        return self.infected if content else None

    async def preview(self, path: Path, detected_type: str) -> bytes | None:
        return b"a picture" if detected_type == "image/png" else None

    def examiners(self, runtime: FilesRuntime) -> Examiners:
        return Examiners(runtime.objects, self.inspect, self, self.preview)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def incident(broker: InProcessBroker, incidents: Incidents) -> UUID:
    registered = incidents.register(MINE)
    await broker.publish([registered])
    return registered.subject


async def file_now(service: RunningService, file: FileRow) -> FileRow:
    async with service.database.work(EVERYTHING) as work:
        found = await work.session.get(FileRow, file.id)
    assert found is not None
    return found


async def due_now(service: RunningService) -> None:
    async with service.database.work(EVERYTHING) as work:
        await work.session.execute(update(CheckRow).values(next_at=func.now()))


async def waiting(service: RunningService) -> list[tuple[int, bool]]:
    """Of what waits: how often it was tried, and whether its time has come."""
    async with service.database.work(EVERYTHING) as work:
        rows = await work.session.execute(select(CheckRow.attempts, CheckRow.next_at <= func.now()))
        return [(attempts, due) for attempts, due in rows]


async def test_what_is_clean_is_made_available_and_told(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    file = await upload(runtime, EDITOR, incident, media_type="image/png", name="a.png")

    checked = [await check_next(service.database, desk.examiners(runtime)) for _ in range(2)]

    found = await file_now(service, file)
    assert checked == [True, False]
    assert desk.seen == [CONTENT]
    assert (found.state, found.detected_type, found.findings) == ("AVAILABLE", "image/png", [])
    assert (found.sha256, found.version) == (hashlib.sha256(CONTENT).hexdigest(), 2)
    assert b"".join([chunk async for chunk in runtime.objects.read(preview_key(file.id))]) == b"a picture"
    events = await service.events()
    assert [(event.type, event.sequence) for event in events] == [("file.uploaded.v1", 1), ("file.checked.v1", 2)]
    assert events[1].data == {
        "file_id": str(file.id),
        "incident_id": str(incident),
        "kind": "ATTACHMENT",
        "actor_kind": "system",
        "actor_id": str(UUID(int=0)),
        "permission": None,
        "state": "AVAILABLE",
        "findings": [],
    }
    assert await waiting(service) == []


@pytest.mark.parametrize(
    ("name", "desk", "codes"),
    [
        ("bad.pdf", Desk({"bad.pdf": Inspection("application/pdf", (Finding(Code.SCRIPT, "A script."),))}), ["SCRIPT"]),
        ("ok.txt", Desk(infected="Eicar-Test"), ["MALWARE"]),
    ],
)
async def test_what_is_dangerous_is_refused_with_its_reasons(
    service: RunningService, runtime: FilesRuntime, incident: UUID, name: str, desk: Desk, codes: list[str]
) -> None:
    file = await upload(runtime, EDITOR, incident, name=name)

    await check_next(service.database, desk.examiners(runtime))

    found = await file_now(service, file)
    assert (found.state, [each["code"] for each in found.findings]) == ("REFUSED", codes)
    assert found.purge_at is not None
    assert await waiting(service) == []
    shown = await service.data(f'{{ file(id: "{file.id}") {{ state url previewUrl findings {{ code }} }} }}', EDITOR)
    assert shown["file"] == {
        "state": "REFUSED", "url": None, "previewUrl": None, "findings": [{"code": code} for code in codes],
    }  # fmt: skip


async def test_without_the_scanner_nothing_passes_and_all_does_when_it_is_back(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    file = await upload(runtime, EDITOR, incident)
    desk.away = Fault("clamav", "does not answer")

    await check_next(service.database, desk.examiners(runtime))
    away = await file_now(service, file)
    await due_now(service)
    await check_next(service.database, desk.examiners(runtime))
    assert await waiting(service) == [(2, False)]
    desk.away = None
    await due_now(service)
    await check_next(service.database, desk.examiners(runtime))

    assert (away.state, [each["code"] for each in away.findings]) == ("QUARANTINED", ["NOT_SCANNED"])
    found = await file_now(service, file)
    assert (found.state, found.findings) == ("AVAILABLE", [])
    states = [event.data["state"] for event in await service.events() if event.type == "file.checked.v1"]
    assert states == ["QUARANTINED", "AVAILABLE"]


async def test_what_the_scanner_cannot_take_is_refused_and_not_asked_again(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    desk.away = TooLarge("ClamAV", "takes no more")
    file = await upload(runtime, EDITOR, incident)

    await check_next(service.database, desk.examiners(runtime))

    found = await file_now(service, file)
    assert (found.state, [each["code"] for each in found.findings]) == ("REFUSED", ["TOO_LARGE_TO_SCAN"])
    assert await waiting(service) == []


@pytest.mark.parametrize(("kind", "state"), [(FileKind.EVIDENCE, "AVAILABLE"), (FileKind.ATTACHMENT, "REFUSED")])
async def test_encrypted_archives_are_borne_as_evidence_only(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk, kind: FileKind, state: str
) -> None:
    desk.found["sample.zip"] = Inspection("application/zip", (Finding(Code.ENCRYPTED, "Encrypted."),))
    file = await upload(runtime, EDITOR, incident, name="sample.zip", kind=kind)

    await check_next(service.database, desk.examiners(runtime))

    found = await file_now(service, file)
    assert (found.state, [each["code"] for each in found.findings]) == (state, ["ENCRYPTED"])


async def test_other_bytes_than_were_promised_are_refused(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    promised = hashlib.sha256(b"something else").hexdigest()
    file = await upload(runtime, EDITOR, incident, sha256=promised)

    await check_next(service.database, desk.examiners(runtime))

    found = await file_now(service, file)
    assert (found.state, [each["code"] for each in found.findings]) == ("REFUSED", ["ALTERED"])
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()


async def test_bytes_that_are_lost_are_told(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    file = await upload(runtime, EDITOR, incident)
    await runtime.objects.delete(key(file.id))

    await check_next(service.database, desk.examiners(runtime))

    found = await file_now(service, file)
    assert (found.state, [each["code"] for each in found.findings]) == ("REFUSED", ["LOST"])


async def test_a_store_that_is_away_is_waited_for(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: Any) -> AsyncIterator[bytes]:
        raise Fault("object store", "does not answer")
        yield b""

    file = await upload(runtime, EDITOR, incident)
    with monkeypatch.context() as away:
        away.setattr(type(runtime.objects), "read", silent)
        await check_next(service.database, desk.examiners(runtime))
    assert (await file_now(service, file)).state == "CHECKING"
    assert await waiting(service) == [(1, False)]

    await due_now(service)
    await check_next(service.database, desk.examiners(runtime))
    assert (await file_now(service, file)).state == "AVAILABLE"


async def test_what_somebody_looks_at_is_nobody_else_s_until_they_are_gone(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    await upload(runtime, EDITOR, incident)
    async with service.database.work(EVERYTHING) as work:
        task = await checks.claim(work.session)

    assert task is not None
    assert not await check_next(service.database, desk.examiners(runtime))
    await due_now(service)  # the lease of who was killed has run out
    assert await check_next(service.database, desk.examiners(runtime))


async def test_who_comes_late_with_a_verdict_changes_nothing(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    """A worker that hung while another one took over, and found something else."""
    file = await upload(runtime, EDITOR, incident)
    going, hung = asyncio.Event(), asyncio.Event()

    async def hang(path: Path, name: str, media_type: str) -> Inspection:
        hung.set()
        await going.wait()
        return Inspection(media_type, (Finding(Code.MACRO, "Late."),))

    slow = replace(desk.examiners(runtime), inspect=hang)
    late = asyncio.create_task(check_next(service.database, slow))
    await hung.wait()
    await due_now(service)
    await check_next(service.database, desk.examiners(runtime))
    going.set()
    await late

    assert (await file_now(service, file)).state == "AVAILABLE"
    assert len(await service.events()) == 2


async def test_many_workers_check_each_file_once(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    files = [await upload(runtime, EDITOR, incident, f"content {number}".encode()) for number in range(30)]
    working = asyncio.create_task(keep_checking(service.database, desk.examiners(runtime), at_once=4))
    try:
        async with asyncio.timeout(30):
            while await waiting(service):
                await asyncio.sleep(0.05)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    assert sorted(desk.seen) == sorted(f"content {number}".encode() for number in range(30))
    assert {(await file_now(service, file)).state for file in files} == {"AVAILABLE"}
    checked = [event.subject for event in await service.events() if event.type == "file.checked.v1"]
    assert sorted(checked) == sorted(file.id for file in files)


async def test_the_newest_main_report_takes_the_place_of_the_one_before(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    desk.found["bad.txt"] = Inspection("text/plain", (Finding(Code.SCRIPT, "A script."),))
    shown = []
    for name in ("first.txt", "bad.txt", "second.txt"):
        await upload(runtime, EDITOR, incident, kind=FileKind.MAIN_REPORT, name=name)
        await check_next(service.database, desk.examiners(runtime))
        fields = "reportFile { name state } formerReports { name } attachments { name }"
        shown += await service.entities("Incident", [incident], fields, EDITOR)

    assert [each["reportFile"]["name"] for each in shown] == ["first.txt", "first.txt", "second.txt"]
    assert shown[2]["formerReports"] == [{"name": "first.txt"}]
    assert shown[2]["attachments"] == []
    replaced = [event for event in await service.events() if event.type == "file.replaced.v1"]
    assert len(replaced) == 1


async def test_what_happened_to_a_file_is_told_in_order(
    service: RunningService, runtime: FilesRuntime, incident: UUID, desk: Desk
) -> None:
    file = await upload(runtime, EDITOR, incident)
    await check_next(service.database, desk.examiners(runtime))
    query = f"""{{ file(id: "{file.id}") {{ custody(first: 1) {{
        nodes {{ number operation actor {{ id }} details }} totalCount pageInfo {{ hasNextPage endCursor }} }} }} }}"""

    first = (await service.data(query, EDITOR))["file"]["custody"]
    behind = query.replace("first: 1", f'first: 1, after: "{first["pageInfo"]["endCursor"]}"')
    second = (await service.data(behind, EDITOR))["file"]["custody"]

    assert first["nodes"] == [
        {
            "number": 1,
            "operation": "UPLOADED",
            "actor": {"id": str(EDITOR.id)},
            "details": '{"name":"report.txt","size":13}',
        }
    ]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    assert [(each["number"], each["operation"], each["actor"]) for each in second["nodes"]] == [(2, "CHECKED", None)]
    assert hashlib.sha256(CONTENT).hexdigest() in second["nodes"][0]["details"]
    assert not second["pageInfo"]["hasNextPage"]


async def test_nobody_changes_what_is_written_in_the_custody(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    await upload(runtime, EDITOR, incident)

    for actor in (EDITOR, EVERYTHING):
        async with service.database.work(actor) as work:
            changed = await work.session.execute(update(CustodyRow).values(operation="NONE"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]  # of a change it has one
