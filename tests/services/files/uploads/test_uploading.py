"""How files come: by links, in parts, once, and not without the store."""

import asyncio
import hashlib
from uuid import UUID, uuid4

import pytest

from services.files.adapters.object_store import S3ObjectStore
from services.files.app import FilesRuntime
from services.files.domain.files import key
from tests.support.services import RunningService
from tests.support.uploading import (
    BINARY,
    COMPLETE,
    CONTENT,
    EDITOR,
    MINE,
    RESUME,
    ask,
    complete,
    rows,
    send,
)
from tests.support.uploads import ask_to_upload, upload


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
