"""Who uploads to companies and pages of the guide, and what."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from services.files.app import FilesRuntime
from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import FileRow
from tests.support.file_owners import Others
from tests.support.owned_files import (
    CHIEF,
    COLLEAGUE,
    DELETE,
    EDIT,
    EDITOR,
    EVERYBODY_S_EDITOR,
    MINE,
    NAMED,
    NOBODY,
    STRANGER,
    VIEWER,
    WORKER,
    ways,
)
from tests.support.services import RunningService, user
from tests.support.uploading import COMPLETE, REQUEST

Make = Callable[..., Awaitable[FileRow]]


@pytest.mark.parametrize(
    ("kind", "uploader", "denied", "absent"),
    [
        (OwnerKind.COMPANY, CHIEF, [VIEWER, WORKER], [STRANGER, EDITOR, NOBODY]),
        (OwnerKind.GUIDE_PAGE, EDITOR, [VIEWER, WORKER, CHIEF, COLLEAGUE], [STRANGER, NOBODY]),
    ],
)
async def test_who_changes_the_owner_uploads_and_others_do_not(
    service: RunningService, runtime: FilesRuntime, others: Others, kind: OwnerKind, uploader: Actor,
    denied: list[Actor], absent: list[Actor],
) -> None:  # fmt: skip
    others.company(MINE)
    owner = MINE if kind is OwnerKind.COMPANY else others.page(MINE)[0]
    field = NAMED[kind]

    async def ask(actor: Actor, id: UUID = owner, **given: Any) -> Any:
        file = {"name": "plan.txt", "mediaType": "text/plain", "size": 13, **given}
        return (await service.data(REQUEST, actor, input={field: str(id), "files": [file]}))["requestUploads"]

    answers = [(await ask(actor))["errors"] for actor in denied]
    hidden = [(await ask(actor, id))["errors"] for actor in absent for id in (owner, uuid4())]
    reports = [(await ask(uploader, kind=kind))["errors"] for kind in ("MAIN_REPORT", "EVIDENCE")]
    (begun,) = (await ask(uploader))["uploads"]
    waiting = await service.data("{ waitingUploads { id ownerKind ownerId incidentId } }", uploader)
    await runtime.objects.put(begun["id"], b"what happened", "text/plain")
    done = (await service.data(COMPLETE, uploader, input={"ids": [begun["id"]]}))["completeUploads"]

    assert [[(error["code"], error["field"]) for error in each] for each in answers] == [
        [("DENIED", [field])] for _ in denied
    ]
    assert [[error["code"] for error in each] for each in hidden] == [["NOT_FOUND"]] * len(hidden)
    assert len({orjson.dumps(each) for each in hidden}) == 1
    assert [[(error["code"], error["field"]) for error in each] for each in reports] == [
        [("INVALID", ["files", "0", "kind"])]
    ] * 2
    assert waiting["waitingUploads"] == [
        {"id": begun["id"], "ownerKind": kind.value, "ownerId": str(owner), "incidentId": None}
    ]
    assert [(file["id"], file["state"]) for file in done["files"]] == [(begun["id"], "CHECKING")]


@pytest.mark.parametrize("named", [{}, {"companyId": str(MINE), "incidentId": str(uuid4())}])
async def test_exactly_one_owner_is_named(service: RunningService, named: dict[str, str]) -> None:
    files = [{"name": "a.txt", "size": 1}]
    answer = (await service.data(REQUEST, CHIEF, input={**named, "files": files}))["requestUploads"]

    assert [(error["code"], error["field"]) for error in answer["errors"]] == [("INVALID", [])]


async def test_everybody_s_pages_are_changed_by_who_manages_every_company(
    service: RunningService, make: Make, others: Others
) -> None:
    file = await make("everybody's page")
    given = {"guidePageId": str(file.owner_id), "files": [{"name": "a.txt", "size": 1}]}

    refused = (await service.data(REQUEST, EDITOR, input=given))["requestUploads"]["errors"]
    edit = {"id": str(file.id), "expectedVersion": 2, "name": "b.txt"}
    edits = [(await service.data(EDIT, actor, input=edit))["editFile"] for actor in (EDITOR, EVERYBODY_S_EDITOR)]

    assert [error["code"] for error in refused] == ["DENIED"]
    assert "in every company" in refused[0]["message"]
    assert edits == [
        {"file": None, "errors": [{"code": "DENIED", "field": ["id"]}]},
        {"file": {"name": "b.txt"}, "errors": []},
    ]


async def test_a_deactivated_company_keeps_its_documents_and_takes_no_more(
    service: RunningService, broker: InProcessBroker, others: Others, make: Make
) -> None:
    file = await make("company")
    await broker.publish([others.company(MINE, active=False)])

    given = {"companyId": str(MINE), "files": [{"name": "a.txt", "size": 1}]}
    refused = (await service.data(REQUEST, CHIEF, input=given))["requestUploads"]["errors"]

    assert [(error["code"], error["field"]) for error in refused] == [("NOT_FOUND", ["companyId"])]
    assert await ways(service, file, VIEWER) == [True] * 4
    assert (await service.data(DELETE, CHIEF, input={"id": str(file.id), "reason": "old"}))["deleteFile"][
        "errors"
    ] == []


async def test_a_company_that_is_nowhere_takes_no_files_of_who_may_do_everything(service: RunningService) -> None:
    given = {"companyId": str(uuid4()), "files": [{"name": "a.txt", "size": 1}]}
    refused = await service.data(REQUEST, user({"access.manage": EVERY_COMPANY}), input=given)

    assert [error["code"] for error in refused["requestUploads"]["errors"]] == ["NOT_FOUND"]
