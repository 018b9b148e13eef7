"""Editing, deleting, bringing back and purging files."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.errors import Fault
from services.files.app import FilesRuntime
from services.files.domain.files import FileKind, FileState, key
from services.files.domain.verdicts import Found, Verdict
from services.files.persistence.rows import CustodyRow, FileRow
from services.files.usecases.purge_files import purge_next
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user
from tests.support.uploads import decide, upload, upload_and_pass

MINE, FOREIGN = uuid4(), uuid4()
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})
COLLEAGUE = user({"incident.view": [MINE], "incident.edit": [MINE]})
CHIEF = user({"incident.view": [MINE], "incident.edit": [MINE], "incident.delete": [MINE], "access.manage": [MINE]})
READER = user({"incident.view": [MINE]})
STRANGER = user({right: [FOREIGN] for right in ("incident.view", "incident.edit", "incident.delete", "access.manage")})
EVERYTHING = Actor.system("test", EVERY_COMPANY)
FILE = """file { id version name kind tlp description deleteReason purgeAt deletedBy { id } url }
    errors { code field }"""
EDIT = f"mutation ($input: EditFileInput!) {{ editFile(input: $input) {{ {FILE} }} }}"
DELETE = f"mutation ($input: DeleteFileInput!) {{ deleteFile(input: $input) {{ {FILE} }} }}"
RESTORE = f"mutation ($input: RestoreFileInput!) {{ restoreFile(input: $input) {{ {FILE} }} }}"
KEEP = """mutation ($input: SetFileRetentionInput!) { setFileRetention(input: $input) {
    retention { days } errors { code field } } }"""

Change = Callable[..., Awaitable[Any]]


@pytest.fixture
async def incident(broker: InProcessBroker, incidents: Incidents) -> UUID:
    registered = incidents.register(MINE)
    await broker.publish([registered])
    return registered.subject


@pytest.fixture
async def file(runtime: FilesRuntime, incident: UUID) -> FileRow:
    return await upload_and_pass(runtime, EDITOR, incident)


@pytest.fixture
def change(service: RunningService) -> Change:
    """Its payload."""

    async def change(mutation: str, actor: Actor, **given: Any) -> Any:
        data = await service.data(mutation, actor, input=given)
        return next(iter(data.values()))

    return change


def codes(payload: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def operations(service: RunningService) -> list[str]:
    async with service.database.work(EVERYTHING) as work:
        return list(await work.session.scalars(select(CustodyRow.operation).order_by(CustodyRow.number)))


async def test_what_is_said_of_a_file_is_edited(service: RunningService, change: Change, file: FileRow) -> None:
    edited = await change(
        EDIT, EDITOR, id=str(file.id), expectedVersion=2, name="Bericht.txt", tlp="RED", description="what we know"
    )
    same = await change(EDIT, COLLEAGUE, id=str(file.id), expectedVersion=3, name="Bericht.txt")
    cleared = await change(EDIT, COLLEAGUE, id=str(file.id), expectedVersion=3, tlp=None, description=None)

    assert codes(edited) == []
    told = {name: edited["file"][name] for name in ("version", "name", "tlp", "description")}
    assert told == {"version": 3, "name": "Bericht.txt", "tlp": "RED", "description": "what we know"}
    assert same["file"]["version"] == 3
    assert (cleared["file"]["tlp"], cleared["file"]["description"]) == (None, "")
    events = [event.data["changed"] for event in await service.events() if event.type == "file.edited.v1"]
    assert events == [["description", "name", "tlp"], ["description", "tlp"]]


async def test_who_has_seen_an_older_version_gets_the_present_one(change: Change, file: FileRow) -> None:
    stale = await change(EDIT, EDITOR, id=str(file.id), expectedVersion=1, name="a.txt")
    late = await change(DELETE, EDITOR, id=str(file.id), expectedVersion=1, reason="wrong")

    for payload in (stale, late):
        assert codes(payload) == [("CONFLICT", ["expectedVersion"])]
        assert (payload["file"]["version"], payload["file"]["name"]) == (2, "report.txt")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": "a/b"}, "name"), ({"name": ""}, "name"), ({"description": "a" * 2001}, "description")],
)
async def test_bad_words_name_their_field(
    service: RunningService, change: Change, file: FileRow, given: dict[str, Any], field: str
) -> None:
    refused = await change(EDIT, EDITOR, id=str(file.id), expectedVersion=2, **given)

    assert codes(refused) == [("INVALID", [field])]
    assert await operations(service) == ["UPLOADED", "CHECKED"]


async def test_evidence_stays_evidence(runtime: FilesRuntime, change: Change, incident: UUID) -> None:
    evidence = await upload_and_pass(runtime, EDITOR, incident, kind=FileKind.EVIDENCE)

    refused = await change(EDIT, EDITOR, id=str(evidence.id), expectedVersion=2, kind="ATTACHMENT")

    assert codes(refused) == [("INVALID", ["kind"])]


async def test_an_attachment_becomes_the_main_report_and_the_present_one_gives_way(
    service: RunningService, runtime: FilesRuntime, change: Change, incident: UUID, file: FileRow
) -> None:
    report = await upload_and_pass(runtime, EDITOR, incident, kind=FileKind.MAIN_REPORT, name="old.txt")

    edited = await change(EDIT, EDITOR, id=str(file.id), expectedVersion=2, kind="MAIN_REPORT")

    assert codes(edited) == []
    (shown,) = await service.entities("Incident", [incident], "reportFile { id } formerReports { id }", EDITOR)
    assert shown == {"reportFile": {"id": str(file.id)}, "formerReports": [{"id": str(report.id)}]}
    back = await change(EDIT, EDITOR, id=str(report.id), expectedVersion=3, kind="ATTACHMENT")
    assert codes(back) == [("INVALID", ["kind"])]


async def test_a_deleted_file_is_nowhere_and_comes_back_whole(
    service: RunningService, runtime: FilesRuntime, change: Change, incident: UUID, file: FileRow
) -> None:
    deleted = await change(DELETE, EDITOR, id=str(file.id), reason=" the wrong one ")
    everywhere = "attachments { id } reportFile { id } formerReports { id } deletedFiles { id deleteReason }"
    (gone,) = await service.entities("Incident", [incident], everywhere, CHIEF)
    asked = await service.data(f'{{ file(id: "{file.id}") {{ id }} }}', CHIEF)
    restored = await change(RESTORE, CHIEF, id=str(file.id))
    (back,) = await service.entities("Incident", [incident], everywhere, CHIEF)

    assert deleted["file"]["deleteReason"] == "the wrong one"
    assert (deleted["file"]["deletedBy"], deleted["file"]["url"]) == ({"id": str(EDITOR.id)}, None)
    purge_at = datetime.fromisoformat(deleted["file"]["purgeAt"])
    assert timedelta(days=89) < purge_at - datetime.now(UTC) <= timedelta(days=90)
    assert (gone["attachments"], asked) == ([], {"file": None})
    assert gone["deletedFiles"] == [{"id": str(file.id), "deleteReason": "the wrong one"}]
    assert codes(restored) == []
    assert (back["attachments"], back["deletedFiles"]) == ([{"id": str(file.id)}], [])
    assert await runtime.objects.head(key(file.id)) is not None
    assert await operations(service) == ["UPLOADED", "CHECKED", "DELETED", "RESTORED"]


async def test_who_may_delete_and_bring_back(
    service: RunningService, change: Change, incident: UUID, file: FileRow
) -> None:
    refusals = [codes(await change(DELETE, actor, id=str(file.id), reason="no")) for actor in (COLLEAGUE, READER)]
    hidden, absent = [await change(DELETE, STRANGER, id=str(each), reason="no") for each in (file.id, uuid4())]
    assert await operations(service) == ["UPLOADED", "CHECKED"]
    deleted = await change(DELETE, CHIEF, id=str(file.id), reason="yes")
    uploaders = await change(RESTORE, EDITOR, id=str(file.id))
    strange, never = [await change(RESTORE, STRANGER, id=str(each)) for each in (file.id, uuid4())]

    assert refusals == [[("DENIED", ["id"])]] * 2
    assert (codes(hidden), hidden) == ([("NOT_FOUND", ["id"])], absent)
    assert codes(deleted) == []
    assert codes(uploaders) == [("DENIED", ["id"])]
    assert (codes(strange), strange) == ([("NOT_FOUND", ["id"])], never)
    for actor in (EDITOR, STRANGER):
        (shown,) = await service.entities("Incident", [incident], "deletedFiles { id }", actor)
        assert shown["deletedFiles"] is None


async def test_a_deletion_says_why(service: RunningService, change: Change, file: FileRow) -> None:
    refused = [await change(DELETE, EDITOR, id=str(file.id), reason=reason) for reason in (" ", "a" * 501)]

    assert [codes(payload) for payload in refused] == [[("INVALID", ["reason"])]] * 2
    assert await operations(service) == ["UPLOADED", "CHECKED"]


async def test_a_main_report_that_comes_back_takes_its_place_again(
    service: RunningService, runtime: FilesRuntime, change: Change, incident: UUID
) -> None:
    reports = []
    for name in ("a.txt", "b.txt"):
        reports.append(await upload_and_pass(runtime, EDITOR, incident, kind=FileKind.MAIN_REPORT, name=name))
        if name == "a.txt":
            await change(DELETE, EDITOR, id=str(reports[0].id), reason="early")

    await change(RESTORE, CHIEF, id=str(reports[0].id))

    (shown,) = await service.entities("Incident", [incident], "reportFile { name } formerReports { name }", EDITOR)
    assert shown == {"reportFile": {"name": "a.txt"}, "formerReports": [{"name": "b.txt"}]}


async def test_the_bytes_go_when_their_time_is_over_and_what_became_of_them_stays(
    service: RunningService, runtime: FilesRuntime, change: Change, incidents: Incidents, incident: UUID, file: FileRow
) -> None:
    await change(DELETE, EDITOR, id=str(file.id), reason="old")
    young = await purge_next(service.database, runtime.objects, service.runtime.peer("incidents"))
    await pass_time(service, file)

    purged = [await purge_next(service.database, runtime.objects, service.runtime.peer("incidents")) for _ in range(2)]
    restored = await change(RESTORE, CHIEF, id=str(file.id))

    assert (young, purged) == (False, [True, False])
    assert await runtime.objects.head(key(file.id)) is None
    assert codes(restored) == [("NOT_FOUND", ["id"])]
    assert await operations(service) == ["UPLOADED", "CHECKED", "DELETED", "PURGED"]
    assert (await service.events())[-1].type == "file.purged.v1"


async def test_what_the_store_does_not_let_go_holds_up_no_other_and_goes_later(
    service: RunningService, runtime: FilesRuntime, change: Change, incident: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [await upload_and_pass(runtime, EDITOR, incident) for _ in range(2)]
    for file in files:
        await change(DELETE, EDITOR, id=str(file.id), reason="old")
        await pass_time(service, file)
    stuck, delete = key(files[0].id), runtime.objects.delete

    async def refuse(asked: str) -> None:
        if asked == stuck:
            raise Fault("object store", "did not delete an object")
        await delete(asked)

    with monkeypatch.context() as faulty:
        faulty.setattr(runtime.objects, "delete", refuse)
        rounds = [
            await purge_next(service.database, runtime.objects, service.runtime.peer("incidents")) for _ in range(3)
        ]
    there = [await runtime.objects.head(key(file.id)) is not None for file in files]
    await pass_time(service, files[0])
    await purge_next(service.database, runtime.objects, service.runtime.peer("incidents"))

    assert rounds == [True, True, False]
    assert there == [True, False]
    assert await runtime.objects.head(stuck) is None


async def test_nothing_of_an_incident_under_legal_hold_is_purged(
    service: RunningService, runtime: FilesRuntime, change: Change, incidents: Incidents, incident: UUID, file: FileRow
) -> None:
    incidents.hold(incident)
    await change(DELETE, EDITOR, id=str(file.id), reason="old")
    await pass_time(service, file)

    tried = [await purge_next(service.database, runtime.objects, service.runtime.peer("incidents")) for _ in range(2)]
    assert await runtime.objects.head(key(file.id)) is not None
    incidents.hold(incident, held=False)
    await pass_time(service, file)
    await purge_next(service.database, runtime.objects, service.runtime.peer("incidents"))

    assert tried == [True, False]  # looked at again a day later
    assert await runtime.objects.head(key(file.id)) is None


async def test_a_company_says_how_long_what_it_deletes_is_kept(
    service: RunningService, change: Change, file: FileRow
) -> None:
    query = f'{{ fileRetention(companyId: "{MINE}") {{ kind days }} }}'
    before = await service.data(query, READER)
    for days in (30, 7):
        assert (await change(KEEP, CHIEF, companyId=str(MINE), kind="ATTACHMENT", days=days))["retention"] == {
            "days": days
        }
    after = await service.data(query, READER)
    deleted = await change(DELETE, EDITOR, id=str(file.id), reason="old")

    assert [each["days"] for each in before["fileRetention"]] == [90, 90, 90]
    assert {each["kind"]: each["days"] for each in after["fileRetention"]} == {
        "MAIN_REPORT": 90, "ATTACHMENT": 7, "EVIDENCE": 90,
    }  # fmt: skip
    left = datetime.fromisoformat(deleted["file"]["purgeAt"]) - datetime.now(UTC)
    assert timedelta(days=6) < left <= timedelta(days=7)
    assert (await service.data(query, STRANGER))["fileRetention"] is None
    for actor, code in ((EDITOR, "DENIED"), (STRANGER, "NOT_FOUND")):
        refused = await change(KEEP, actor, companyId=str(MINE), kind="ATTACHMENT", days=1)
        assert codes(refused) == [(code, ["companyId"])]
    for days in (0, 36_501):
        assert codes(await change(KEEP, CHIEF, companyId=str(MINE), kind="ATTACHMENT", days=days)) == [
            ("INVALID", ["days"])
        ]


async def test_what_was_refused_goes_by_itself_and_is_not_brought_back(
    service: RunningService, runtime: FilesRuntime, change: Change, incident: UUID
) -> None:
    file = await upload(runtime, EDITOR, incident)
    await decide(runtime, file, Verdict(state=FileState.REFUSED, findings=(Found("MACRO", "A macro."),)))
    await change(DELETE, EDITOR, id=str(file.id), reason="bad")

    restored = await change(RESTORE, CHIEF, id=str(file.id))
    await pass_time(service, file)
    await purge_next(service.database, runtime.objects, service.runtime.peer("incidents"))

    assert codes(restored) == [("CONFLICT", ["id"])]
    assert await runtime.objects.head(key(file.id)) is None


async def test_fifty_incidents_with_everything_of_their_files_cost_three_statements(
    service: RunningService, runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents
) -> None:
    events = [incidents.register(MINE) for _ in range(50)]
    await broker.publish(events)
    for event, kind in itertools.product(events[:3], (FileKind.MAIN_REPORT, FileKind.ATTACHMENT)):
        await upload_and_pass(runtime, EDITOR, event.subject, kind=kind)
    fields = """reportFile { id custody { nodes { number } } } attachments { id url custody { nodes { number } } }
        formerReports { id } deletedFiles { id }"""

    with service.statements() as statements:
        await service.entities("Incident", [event.subject for event in events], fields, CHIEF)

    assert len(statements) == 3


async def pass_time(service: RunningService, file: FileRow) -> None:
    async with service.database.work(EVERYTHING) as work:
        over = func.now() - timedelta(seconds=1)
        await work.session.execute(update(FileRow).where(FileRow.id == file.id).values(purge_at=over))
