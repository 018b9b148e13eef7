"""Who may upload where, whose an upload is, and what the walls keep."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY
from chassis.broker.in_process import InProcessBroker
from services.files.app import FilesRuntime
from services.files.domain.files import key
from services.files.persistence.rows import FileRow, IncidentRef, UploadRow
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user
from tests.support.uploading import (
    ABANDON,
    CONTENT,
    EDITOR,
    FOREIGN,
    MINE,
    OTHER,
    READER,
    RESUME,
    WAITING,
    ask,
    complete,
    rows,
)
from tests.support.uploads import ask_to_upload, upload


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
