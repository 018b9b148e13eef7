"""Uploading files: what may come, the links by which it comes, and how it becomes a file."""

import asyncio
import hashlib
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from services.files.adapters.object_store import S3ObjectStore
from services.files.app import FilesRuntime
from services.files.domain import uploads
from services.files.domain.files import key
from services.files.domain.uploads import KEPT_WAITING
from services.files.persistence.rows import CheckRow, FileRow, IncidentRef, UploadRow
from services.files.usecases.abandon_uploads import COLLECTOR, collect_next
from services.files.usecases.request_uploads import Limits
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user
from tests.support.uploads import ask_to_upload, upload

MINE, FOREIGN = uuid4(), uuid4()
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})
OTHER = user({"incident.view": [MINE], "incident.edit": [MINE]})
READER = user({"incident.view": [MINE]})
EVERYTHING = Actor.system("test", EVERY_COMPANY)
CONTENT = b"what happened"
REQUEST = """
mutation ($input: RequestUploadsInput!) { requestUploads(input: $input) {
    uploads { id name size kind request { method url headers { name value } expiresAt }
        parts { number offset size isUploaded request { method url headers { name value } } } }
    errors { code field message } } }
"""
RESUME = REQUEST.replace("RequestUploads", "ResumeUpload").replace("requestUploads", "resumeUpload")
COMPLETE = """
mutation ($input: CompleteUploadsInput!) { completeUploads(input: $input) {
    files { id name size state sha256 url findings { code } uploadedBy { id } } errors { code field message } } }
"""
ABANDON = """mutation ($input: AbandonUploadsInput!) { abandonUploads(input: $input) {
    uploads { id } errors { code field } } }"""
WAITING = "{ waitingUploads { id name incidentId } }"


@pytest.fixture
async def incident(broker: InProcessBroker, incidents: Incidents) -> UUID:
    registered = incidents.register(MINE)
    await broker.publish([registered])
    return registered.subject


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files larger than 5 MiB come in parts of that size, the smallest that S3 takes."""
    monkeypatch.setattr(uploads, "IN_ONE_PIECE", 5 * 2**20)
    monkeypatch.setattr(uploads, "_PART", 5 * 2**20)


async def ask(service: RunningService, incident: UUID, *files: Mapping[str, Any], actor: Actor = EDITOR) -> Any:
    wanted = [{"name": "report.txt", "mediaType": "text/plain", "size": len(CONTENT), **file} for file in files or [{}]]
    data = await service.data(REQUEST, actor, input={"incidentId": str(incident), "files": wanted})
    return data["requestUploads"]


async def complete(service: RunningService, *ids: object, actor: Actor = EDITOR) -> Any:
    return (await service.data(COMPLETE, actor, input={"ids": [str(id) for id in ids]}))["completeUploads"]


async def send(request: Mapping[str, Any], content: bytes) -> int:
    headers = {header["name"]: header["value"] for header in request["headers"]}
    async with (
        aiohttp.ClientSession() as session,
        session.request(request["method"], request["url"], data=io.BytesIO(content), headers=headers) as answer,
    ):
        return answer.status


async def pass_a_day(service: RunningService, upload: UUID) -> None:
    async with service.database.work(COLLECTOR) as work:
        ago = func.now() - KEPT_WAITING
        await work.session.execute(update(UploadRow).where(UploadRow.id == upload).values(requested_at=ago))


async def rows(service: RunningService) -> dict[str, int]:
    async with service.database.work(EVERYTHING) as work:
        return {
            table.__tablename__: await work.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (UploadRow, FileRow, CheckRow)
        }


async def test_several_files_come_by_links_and_wait_to_be_checked(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    second = b"and why"
    asked = await ask(service, incident, {}, {"name": "why.txt", "size": len(second), "kind": "EVIDENCE"})
    assert asked["errors"] == []
    first, other = asked["uploads"]

    statuses = [await send(first["request"], CONTENT), await send(other["request"], second)]
    done = await complete(service, first["id"], other["id"])

    assert statuses == [200, 200]
    assert done["errors"] == []
    assert [(file["id"], file["state"], file["sha256"], file["url"]) for file in done["files"]] == [
        (first["id"], "CHECKING", None, None),
        (other["id"], "CHECKING", None, None),
    ]
    assert b"".join([chunk async for chunk in runtime.objects.read(first["id"])]) == CONTENT
    assert await rows(service) == {"upload": 0, "file": 2, "file_check": 2}


async def test_its_event_tells_ids_and_figures_but_no_name(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    file = await upload(runtime, EDITOR, incident)

    (event,) = await service.events()
    assert (event.type, event.subject, event.company_id, event.sequence) == ("file.uploaded.v1", file.id, MINE, 1)
    assert event.data == {
        "file_id": str(file.id),
        "incident_id": str(incident),
        "kind": "ATTACHMENT",
        "actor_kind": "user",
        "actor_id": str(EDITOR.id),
        "permission": "incident.edit",
        "size": 13,
        "media_type": "text/plain",
    }


async def test_completing_again_answers_the_same_and_writes_nothing(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    file = await upload(runtime, EDITOR, incident)

    again = [await complete(service, file.id) for _ in range(2)]

    assert [[each["id"] for each in done["files"]] for done in again] == [[str(file.id)]] * 2
    assert len(await service.events()) == 1


async def test_two_who_complete_at_once_make_one_file(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    asked = await ask_to_upload(runtime, EDITOR, incident)
    await runtime.objects.put(key(asked.id), CONTENT, "text/plain")

    done = await asyncio.gather(*(complete(service, asked.id) for _ in range(5)))

    assert [each["errors"] for each in done] == [[]] * 5
    assert {each["files"][0]["id"] for each in done} == {str(asked.id)}
    assert await rows(service) == {"upload": 0, "file": 1, "file_check": 1}
    assert len(await service.events()) == 1


async def test_what_was_not_sent_is_no_file(service: RunningService, incident: UUID) -> None:
    asked = (await ask(service, incident))["uploads"][0]

    done = await complete(service, asked["id"])

    assert done["files"] == []
    assert [(error["code"], error["field"]) for error in done["errors"]] == [("INVALID", ["ids", "0"])]
    assert "Nothing has arrived" in done["errors"][0]["message"]
    assert await rows(service) == {"upload": 1, "file": 0, "file_check": 0}


async def test_one_that_failed_does_not_hold_up_the_others(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    sent, unsent = [await ask_to_upload(runtime, EDITOR, incident) for _ in range(2)]
    await runtime.objects.put(key(sent.id), CONTENT, "text/plain")

    done = await complete(service, unsent.id, sent.id, uuid4())

    assert [file["id"] for file in done["files"]] == [str(sent.id)]
    assert [(error["code"], error["field"]) for error in done["errors"]] == [
        ("INVALID", ["ids", "0"]),
        ("NOT_FOUND", ["ids", "2"]),
    ]


async def test_a_large_file_comes_in_parts_and_goes_on_where_it_was(
    service: RunningService, runtime: FilesRuntime, incident: UUID, small_parts: None
) -> None:
    content = bytes(range(256)) * (11 * 2**20 // 256)
    asked = (await ask(service, incident, {"name": "disk.bin", "size": len(content), "mediaType": "", **BINARY}))[
        "uploads"
    ][0]
    plans = [(part["number"], part["offset"], part["size"]) for part in asked["parts"]]
    assert (asked["request"], plans) == (
        None,
        [(1, 0, 5 * 2**20), (2, 5 * 2**20, 5 * 2**20), (3, 10 * 2**20, 2**20)],
    )

    for part in asked["parts"][:2]:
        assert await send(part["request"], content[part["offset"] : part["offset"] + part["size"]]) == 200
    early = await complete(service, asked["id"])
    resumed = (await service.data(RESUME, EDITOR, input={"id": asked["id"]}))["resumeUpload"]["uploads"][0]
    assert [part["isUploaded"] for part in resumed["parts"]] == [True, True, False]
    last = resumed["parts"][2]
    assert await send(last["request"], content[last["offset"] :]) == 200
    done = await complete(service, asked["id"])

    assert f"{10 * 2**20} of {len(content)} bytes have arrived" in early["errors"][0]["message"]
    assert done["errors"] == []
    digest = hashlib.sha256()
    async for chunk in runtime.objects.read(asked["id"]):
        digest.update(chunk)
    assert digest.hexdigest() == hashlib.sha256(content).hexdigest()


BINARY = {"mediaType": "application/octet-stream"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "../../etc/passwd"}, "name"),
        ({"name": "report\u202etxt.exe"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"mediaType": "text"}, "mediaType"),
        ({"mediaType": "text/html; charset=utf-8"}, "mediaType"),
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": 5 * 2**30 + 1}, "size"),
        ({"size": 2**53}, "size"),
        ({"sha256": "0" * 63}, "sha256"),
        ({"description": "a" * 2001}, "description"),
        ({"description": "a\x00"}, "description"),
    ],
)
async def test_bad_input_names_its_file_and_field_and_nothing_is_kept(
    service: RunningService, incident: UUID, given: dict[str, Any], field: str
) -> None:
    asked = await ask(service, incident, {}, given)

    assert asked["uploads"] == []
    assert [(error["code"], error["field"]) for error in asked["errors"]] == [("INVALID", ["files", "1", field])]
    assert await rows(service) == {"upload": 0, "file": 0, "file_check": 0}


async def test_the_largest_and_the_longest_that_are_let_in_are_let_in(service: RunningService, incident: UUID) -> None:
    asked = await ask(service, incident, {"size": 5 * 2**30, "name": "a" * 255, "description": "a" * 2000})

    assert asked["errors"] == []
    assert len(asked["uploads"][0]["parts"]) == 80


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "at least one"),
        ([{}] * 21, "up to 20 files at once"),
        ([{"kind": "MAIN_REPORT"}] * 2, "one main report"),
    ],
)
async def test_how_many_come_at_once_is_bounded(
    service: RunningService, incident: UUID, files: list[dict[str, Any]], told: str
) -> None:
    given = {"incidentId": str(incident), "files": [{"name": "a.txt", "size": 1} | file for file in files]}
    asked = (await service.data(REQUEST, EDITOR, input=given))["requestUploads"]

    assert [error["field"] for error in asked["errors"]] == [["files"]]
    assert told in asked["errors"][0]["message"]


async def test_an_incident_a_person_and_a_company_have_bounded_room(
    service: RunningService, runtime: FilesRuntime, incident: UUID, incidents: Incidents, broker: InProcessBroker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(uploads, "MOST_OF_INCIDENT", 3)
    monkeypatch.setattr(uploads, "MOST_WAITING", 4)
    other = incidents.register(MINE)
    await broker.publish([other])
    await upload(runtime, OTHER, incident)
    assert (await ask(service, incident, {}, {}))["errors"] == []

    full = await ask(service, incident)
    assert (await ask(service, other.subject, {}, {}))["errors"] == []
    patient = await ask(service, other.subject)

    told = [each["errors"][0]["message"] for each in (full, patient)]
    assert "An incident has up to 3 files" in told[0]
    assert "You have begun 4 uploads" in told[1]


async def test_a_company_stores_no_more_than_its_quota(
    runtime: FilesRuntime, incident: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "limits", Limits(largest=100, quota=40))
    await upload(runtime, EDITOR, incident)
    await ask_to_upload(runtime, EDITOR, incident)

    with pytest.raises(Exception, match="room for 14 more bytes, and this needs 15"):
        await ask_to_upload(runtime, EDITOR, incident, size=15)
    await ask_to_upload(runtime, EDITOR, incident, size=14)


async def test_who_may_only_view_is_denied_and_what_is_foreign_never_was(
    service: RunningService, incidents: Incidents, broker: InProcessBroker, incident: UUID
) -> None:
    foreign = incidents.register(FOREIGN)
    await broker.publish([foreign])

    denied = await ask(service, incident, actor=READER)
    hidden, absent = [await ask(service, named) for named in (foreign.subject, uuid4())]

    assert [(error["code"], error["field"]) for error in denied["errors"]] == [("DENIED", ["incidentId"])]
    assert [(error["code"], error["field"]) for error in hidden["errors"]] == [("NOT_FOUND", ["incidentId"])]
    assert hidden == absent
    assert await rows(service) == {"upload": 0, "file": 0, "file_check": 0}


async def test_an_upload_is_its_requester_s_alone(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    asked = await ask_to_upload(runtime, EDITOR, incident)
    await runtime.objects.put(key(asked.id), CONTENT, "text/plain")

    answers = [
        [
            await complete(service, named, actor=OTHER),
            (await service.data(RESUME, OTHER, input={"id": str(named)}))["resumeUpload"],
            (await service.data(ABANDON, OTHER, input={"ids": [str(named)]}))["abandonUploads"],
            await service.data(WAITING, OTHER),
        ]
        for named in (asked.id, uuid4())
    ]

    assert answers[0] == answers[1]
    assert [error["code"] for error in answers[0][0]["errors"]] == ["NOT_FOUND"]
    assert (await service.data(WAITING, EDITOR))["waitingUploads"] == [
        {"id": str(asked.id), "name": "report.txt", "incidentId": str(incident)}
    ]
    assert await rows(service) == {"upload": 1, "file": 0, "file_check": 0}


async def test_who_lost_the_right_meanwhile_completes_nothing(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    asked = await ask_to_upload(runtime, EDITOR, incident)
    await runtime.objects.put(key(asked.id), CONTENT, "text/plain")

    denied = await complete(service, asked.id, actor=user({"incident.view": [MINE]}, id=EDITOR.id))
    hidden = await complete(service, asked.id, actor=user({"incident.edit": [FOREIGN]}, id=EDITOR.id))

    assert [error["code"] for error in denied["errors"]] == ["DENIED"]
    assert [error["code"] for error in hidden["errors"]] == ["NOT_FOUND"]
    assert await rows(service) == {"upload": 1, "file": 0, "file_check": 0}


async def test_what_is_given_up_leaves_nothing(
    service: RunningService, runtime: FilesRuntime, incident: UUID, small_parts: None
) -> None:
    asked = await ask(service, incident, {}, {"size": 6 * 2**20})
    small, large = asked["uploads"]
    await send(small["request"], CONTENT)
    await send(large["parts"][1]["request"], b"a" * 2**20)

    given_up = await service.data(ABANDON, EDITOR, input={"ids": [small["id"], large["id"], str(uuid4())]})

    ids = [upload["id"] for upload in given_up["abandonUploads"]["uploads"]]
    assert sorted(ids) == sorted([small["id"], large["id"]])
    assert await runtime.objects.head(small["id"]) is None
    assert await send(large["parts"][0]["request"], b"a" * (5 * 2**20)) == 404
    assert [error["code"] for error in (await complete(service, small["id"]))["errors"]] == ["NOT_FOUND"]
    assert await service.data(WAITING, EDITOR) == {"waitingUploads": []}


async def test_what_is_sent_after_it_was_given_up_is_collected(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    asked = (await ask(service, incident))["uploads"][0]
    await service.data(ABANDON, EDITOR, input={"ids": [asked["id"]]})
    assert await send(asked["request"], CONTENT) == 200  # links cannot be called back
    await pass_a_day(service, UUID(asked["id"]))

    assert await collect_next(service.database, runtime.objects)

    assert await runtime.objects.head(asked["id"]) is None
    assert await rows(service) == {"upload": 0, "file": 0, "file_check": 0}


async def test_what_nobody_completed_is_collected_after_a_day(
    service: RunningService, runtime: FilesRuntime, incident: UUID
) -> None:
    late, young = [await ask_to_upload(runtime, EDITOR, incident) for _ in range(2)]
    for asked in (late, young):
        await runtime.objects.put(key(asked.id), CONTENT, "text/plain")
    await pass_a_day(service, late.id)

    collected = [await collect_next(service.database, runtime.objects) for _ in range(2)]

    assert collected == [True, False]
    assert [await runtime.objects.head(key(asked.id)) is None for asked in (late, young)] == [True, False]
    assert [error["code"] for error in (await complete(service, late.id))["errors"]] == ["NOT_FOUND"]
    assert (await complete(service, young.id))["errors"] == []


async def test_without_the_store_nothing_is_recorded_and_all_works_later(
    service: RunningService, runtime: FilesRuntime, incident: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await ask_to_upload(runtime, EDITOR, incident)
    await runtime.objects.put(key(asked.id), CONTENT, "text/plain")
    absent = S3ObjectStore("files", endpoint="http://127.0.0.1:9", region="x", access_key="a", secret_key="b")
    absent_head = absent.head

    with monkeypatch.context() as away:
        away.setattr(S3ObjectStore, "head", lambda _, key: absent_head(key))
        answer = await service.graph(COMPLETE, EDITOR, input={"ids": [str(asked.id)]})
    done = await complete(service, asked.id)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]
    assert done["errors"] == []


async def test_the_walls_hide_foreign_rows_even_from_a_query_without_a_condition(
    service: RunningService, runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents
) -> None:
    everybody = user(dict.fromkeys(("incident.view", "incident.edit"), EVERY_COMPANY))
    mine, foreign = incidents.register(MINE), incidents.register(FOREIGN)
    await broker.publish([mine, foreign])
    own = await upload(runtime, everybody, mine.subject)
    await upload(runtime, everybody, foreign.subject)
    await ask_to_upload(runtime, everybody, foreign.subject)

    async with service.database.read(EDITOR) as session:
        files = list(await session.scalars(select(FileRow.id)))
        known = list(await session.scalars(select(IncidentRef.id)))
        coming = list(await session.scalars(select(UploadRow.id)))

    assert (files, known, coming) == ([own.id], [mine.subject], [])


async def test_the_walls_let_nobody_file_into_a_foreign_company(runtime: FilesRuntime, incident: UUID) -> None:
    file = await upload(runtime, EDITOR, incident)
    asked = await ask_to_upload(runtime, EDITOR, incident)

    for row in (file, asked):
        values = {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
        values |= {"id": uuid4(), "company_id": FOREIGN}
        with pytest.raises(DBAPIError, match="row-level security"):
            async with runtime.database.work(EDITOR) as work:
                await work.session.execute(insert(type(row)).values(values))
