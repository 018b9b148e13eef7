"""What becomes of files of companies and of pages of the guide: edited, deleted, restored, destroyed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, update

from chassis.access import Actor
from services.files.app import FilesRuntime
from services.files.domain.files import key
from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import FileRow
from services.files.usecases.purge_files import purge_next
from tests.support.owned_files import (
    CHIEF,
    COLLEAGUE,
    DELETE,
    EDIT,
    EDITOR,
    EVERYBODY_S_EDITOR,
    KEEP,
    MINE,
    NOBODY,
    RESTORE,
    TYPES,
    VIEWER,
    ways,
)
from tests.support.services import SYSTEM, RunningService

Make = Callable[..., Awaitable[FileRow]]


@pytest.mark.parametrize(
    ("whose", "manager", "reader"),
    [("company", CHIEF, VIEWER), ("page", EDITOR, COLLEAGUE), ("everybody's page", EVERYBODY_S_EDITOR, NOBODY)],
)
async def test_a_file_is_edited_deleted_found_among_the_deleted_restored_and_destroyed(
    service: RunningService, runtime: FilesRuntime, make: Make, whose: str, manager: Actor, reader: Actor
) -> None:
    file = await make(whose)
    kind, id = TYPES[OwnerKind(file.owner_kind)], {"id": str(file.id)}

    async def change(mutation: str, actor: Actor, **given: Any) -> list[str]:
        (payload,) = (await service.data(mutation, actor, input=id | given)).values()
        return [error["code"] for error in payload["errors"]]

    async def deleted(actor: Actor) -> Any:
        (found,) = await service.entities(kind, [file.owner_id], "deletedFiles { id deleteReason }", actor)
        return found["deletedFiles"]

    assert await change(EDIT, reader, expectedVersion=2, name="b") == ["DENIED"]
    assert await change(EDIT, manager, expectedVersion=2, kind="EVIDENCE") == ["INVALID"]
    assert await change(EDIT, manager, expectedVersion=2, name="b.txt") == []
    assert await change(DELETE, reader, reason="no") == ["DENIED"]
    assert await change(DELETE, manager, reason="old") == []
    assert await ways(service, file, manager) == [False] * 4
    assert (await deleted(manager), await deleted(reader)) == ([id | {"deleteReason": "old"}], None)
    assert await change(RESTORE, reader) == ["DENIED"]
    assert await change(RESTORE, manager) == []
    assert await ways(service, file, reader) == [True] * 4
    assert await change(DELETE, manager, reason="old") == []
    async with service.database.work(SYSTEM) as work:
        await work.session.execute(update(FileRow).values(purge_at=func.now() - timedelta(seconds=1)))
    assert await purge_next(service.database, runtime.objects, service.runtime.peer("incidents"))
    assert await runtime.objects.head(key(file.id)) is None

    names = ("UPLOADED", "CHECKED", "EDITED", "DELETED", "RESTORED", "DOWNLOADED", "DELETED", "PURGED")
    told = await service.events()
    assert [event.data["operation"] for event in told] == list(names)
    assert [event.sequence for event in told] == list(range(1, 9))
    facts = {(event.type, event.subject, event.company_id, event.restricted) for event in told}
    assert facts == {("owned_file.changed.v1", file.id, file.company_id, False)}
    owners = {(event.data["file_id"], event.data["owner_kind"], event.data["owner_id"]) for event in told}
    assert owners == {(str(file.id), file.owner_kind, str(file.owner_id))}


@pytest.mark.parametrize(("whose", "manager"), [("company", CHIEF), ("page", EDITOR)])
async def test_a_company_says_how_long_its_deleted_documents_and_figures_are_kept(
    service: RunningService, make: Make, whose: str, manager: Actor
) -> None:
    file = await make(whose)
    kept = {"companyId": str(MINE), "kind": "ATTACHMENT", "days": 7}
    assert (await service.data(KEEP, CHIEF, input=kept))["setFileRetention"]["errors"] == []

    deleted = await service.data(DELETE, manager, input={"id": str(file.id), "reason": "old"})

    left = datetime.fromisoformat(deleted["deleteFile"]["file"]["purgeAt"]) - datetime.now(UTC)
    assert timedelta(days=6) < left <= timedelta(days=7)
