"""Storing a file: its bytes, its record and its event, or nothing of them."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import obstore
import pytest
from obstore.store import S3Store
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.errors import Denied, Fault, Invalid, NotFound
from services.files.adapters.object_store import S3ObjectStore
from services.files.app import FilesRuntime
from services.files.domain.files import FileKind
from services.files.persistence.rows import FileRow, IncidentRef
from services.files.usecases.store_file import StoreFile, store_file
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

MakeFile = Callable[..., Awaitable[FileRow]]
MINE, FOREIGN = uuid4(), uuid4()
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})


@pytest.fixture
def stored(store_settings: dict[str, str]) -> S3Store:
    """The bucket, seen past the service."""
    return S3Store(
        store_settings["s3_bucket"],
        endpoint=store_settings["s3_endpoint"],
        region="us-east-1",
        access_key_id=store_settings["s3_access_key"],
        secret_access_key=store_settings["s3_secret_key"],
        client_options={"allow_http": True},
    )


async def store(runtime: FilesRuntime, actor: Actor, **given: Any) -> FileRow:
    what = {"name": "report.txt", "media_type": "text/plain", "content": b"what happened"} | given
    async with runtime.database.work(actor) as work:
        return await store_file(StoreFile(**what), work, runtime.objects)


async def test_the_bytes_are_in_the_store_and_leave_it_as_an_attachment_only(
    runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents, stored: S3Store
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])

    file = await store(runtime, EDITOR, incident_id=incident.subject)

    found = await obstore.get_async(stored, str(file.id))
    assert bytes(await found.bytes_async()) == b"what happened"
    assert (found.attributes["Content-Type"], found.attributes["Content-Disposition"]) == ("text/plain", "attachment")


async def test_its_event_tells_ids_and_figures_but_no_name(
    service: RunningService, runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])

    file = await store(runtime, EDITOR, incident_id=incident.subject, kind=FileKind.EVIDENCE)

    (event,) = await service.events()
    assert (event.type, event.subject, event.company_id, event.sequence) == ("file.uploaded.v1", file.id, MINE, 1)
    assert event.data == {
        "file_id": str(file.id),
        "incident_id": str(incident.subject),
        "kind": "EVIDENCE",
        "size": 13,
        "media_type": "text/plain",
    }


async def test_who_may_only_view_is_denied_and_nothing_is_kept(
    service: RunningService, runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])

    with pytest.raises(Denied):
        await store(runtime, user({"incident.view": [MINE]}), incident_id=incident.subject)

    await assert_nothing_kept(service, incident.subject)


async def test_a_foreign_incident_is_as_absent_as_one_that_never_was(
    service: RunningService, runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(FOREIGN)
    await broker.publish([incident])

    texts = []
    for named in (incident.subject, uuid4()):
        with pytest.raises(NotFound) as refusal:
            await store(runtime, EDITOR, incident_id=named)
        texts.append((refusal.value.message, refusal.value.field))

    assert texts[0] == texts[1]
    await assert_nothing_kept(service, incident.subject)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "../../etc/passwd"}, "name"),
        ({"name": "report\u202etxt.exe"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a" * 256}, "name"),
        ({"media_type": "text"}, "media_type"),
        ({"media_type": "text/html; charset=utf-8"}, "media_type"),
        ({"content": b""}, "content"),
        ({"content": b"0" * (10 * 2**20 + 1)}, "content"),
    ],
)
async def test_bad_input_names_its_field_and_nothing_is_kept(
    service: RunningService,
    runtime: FilesRuntime,
    broker: InProcessBroker,
    incidents: Incidents,
    given: dict[str, Any],
    field: str,
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])

    with pytest.raises(Invalid) as refusal:
        await store(runtime, EDITOR, incident_id=incident.subject, **given)

    assert refusal.value.field == (field,)
    await assert_nothing_kept(service, incident.subject)


async def test_without_the_store_nothing_is_recorded(
    service: RunningService, runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])
    absent = S3ObjectStore("files", endpoint="http://127.0.0.1:9", region="x", access_key="a", secret_key="b")

    with pytest.raises(Fault):
        async with runtime.database.work(EDITOR) as work:
            await store_file(
                StoreFile(incident_id=incident.subject, name="a", media_type="text/plain", content=b"a"), work, absent
            )

    await assert_nothing_kept(service, incident.subject)


async def assert_nothing_kept(service: RunningService, incident: object) -> None:
    found = await service.entities(
        "Incident", [str(incident)], "attachments { id }", user({"incident.view": EVERY_COMPANY})
    )
    assert found == [{"attachments": []}]
    assert await service.events() == []


async def test_the_walls_hide_foreign_rows_even_from_a_query_without_a_condition(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    mine, foreign = incidents.register(MINE), incidents.register(FOREIGN)
    await broker.publish([mine, foreign])
    own = await make_file(mine.subject)
    await make_file(foreign.subject)

    async with service.database.read(EDITOR) as session:
        files = list(await session.scalars(select(FileRow.id)))
        known = list(await session.scalars(select(IncidentRef.id)))

    assert (files, known) == ([own.id], [mine.subject])


async def test_the_walls_let_nobody_file_into_a_foreign_company(
    runtime: FilesRuntime, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile
) -> None:
    incident = incidents.register(MINE)
    await broker.publish([incident])
    file = await make_file(incident.subject)
    values = {column.key: getattr(file, column.key) for column in FileRow.__table__.columns}

    values |= {"id": uuid4(), "company_id": FOREIGN}

    with pytest.raises(DBAPIError, match="row-level security"):
        async with runtime.database.work(EDITOR) as work:
            await work.session.execute(insert(FileRow).values(values))
