"""Files of restricted incidents: there for the members and for who sees all restricted ones, for nobody else.

What is `asked` is asked three times: as it is, without the walls of the tables, and without the conditions of the
queries.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, true, update
from sqlalchemy.exc import DBAPIError

from chassis.access import Actor
from chassis.broker.in_process import InProcessBroker
from chassis.errors import NotFound
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from services.files.__main__ import SERVICE
from services.files.app import FilesRuntime
from services.files.persistence.rows import FileRow, IncidentRef
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user
from tests.support.uploads import ask_to_upload
from tests.support.wall_less import without_walls

MakeFile = Callable[..., Awaitable[FileRow]]
MINE, ELSEWHERE = uuid4(), uuid4()
ADA, BOB = uuid4(), uuid4()
MEMBER = user({"incident.view": [MINE], "incident.edit": [MINE]}, id=ADA)
COLLEAGUE = user({"incident.view": [MINE], "incident.edit": [MINE]}, id=BOB)
SUPERVISOR = user({"incident.view": [MINE], "incident.view_restricted": [MINE]})
OUTSIDERS = [
    COLLEAGUE,
    user({"incident.view": [ELSEWHERE]}, id=ADA),
    user({"incident.view": [MINE], "incident.view_restricted": [ELSEWHERE]}),
    user({"incident.view_restricted": [MINE]}),
]


@pytest.fixture
async def wall_less(
    service_databases: Mapping[str, DatabaseUrls],
    postgres_server: PostgresServer,
    signing_keys: Path,
    store_settings: dict[str, Any],
    incidents: Incidents,
) -> AsyncIterator[RunningService]:
    urls = service_databases["files"]
    async with without_walls(SERVICE, urls, postgres_server, signing_keys, **store_settings) as made:
        made.transport.applications["incidents"] = incidents.published
        yield made


@pytest.fixture(params=["both", "conditions alone", "walls alone"])
async def asked(
    request: pytest.FixtureRequest,
    service: RunningService,
    wall_less: RunningService,
    monkeypatch: pytest.MonkeyPatch,
) -> RunningService:
    if request.param == "walls alone":
        monkeypatch.setattr("services.files.persistence.files.sees", lambda *_: true())
        monkeypatch.setattr("services.files.persistence.files.sees_owner", lambda *_: true())
    return wall_less if request.param == "conditions alone" else service


@pytest.fixture
async def secret(broker: InProcessBroker, incidents: Incidents, make_file: MakeFile) -> FileRow:
    """Of an incident that is restricted to Ada."""
    event = incidents.register(MINE, members=[ADA])
    await broker.publish([event])
    return await make_file(event.subject)


async def seen(service: RunningService, file: FileRow, actor: Actor) -> list[bool]:
    """Whether it is found below its incident, by its id, and as an entity."""
    (below,) = await service.entities("Incident", [file.owner_id], "attachments { id }", actor)
    named = await service.data(f'{{ file(id: "{file.id}") {{ id }} }}', actor)
    (entity,) = await service.entities("File", [file.id], "id", actor)
    return [below["attachments"] is not None, named["file"] is not None, entity is not None]


async def test_files_of_restricted_incidents_are_there_for_few(asked: RunningService, secret: FileRow) -> None:
    for actor in (MEMBER, SUPERVISOR):
        assert await seen(asked, secret, actor) == [True] * 3
    for actor in OUTSIDERS:
        assert await seen(asked, secret, actor) == [False] * 3


async def test_a_change_of_members_takes_effect_with_its_event(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, secret: FileRow
) -> None:
    await broker.publish([incidents.show_to(secret.owner_id, [BOB])])
    assert [await seen(service, secret, actor) for actor in (MEMBER, COLLEAGUE)] == [[False] * 3, [True] * 3]

    await broker.publish([incidents.show_to(secret.owner_id, None)])
    assert [await seen(service, secret, actor) for actor in (MEMBER, COLLEAGUE)] == [[True] * 3] * 2


async def test_an_older_event_brings_no_member_back(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, secret: FileRow
) -> None:
    changes = [incidents.show_to(secret.owner_id, [ADA, BOB]), incidents.show_to(secret.owner_id, [ADA])]

    await broker.publish(changes[::-1])
    await broker.publish(changes)

    assert await seen(service, secret, COLLEAGUE) == [False] * 3
    async with service.database.read(SYSTEM) as session:
        row = await session.get_one(IncidentRef, secret.owner_id)
        assert (row.version, row.restricted, row.member_ids) == (3, True, [ADA])


async def test_what_is_looked_up_or_taken_from_the_snapshot_is_restricted_too(
    service: RunningService, incidents: Incidents
) -> None:
    looked_up = incidents.register(MINE, members=[ADA]).subject
    known = [
        await service.entities("Incident", [looked_up], "attachments { id }", actor) for actor in (MEMBER, COLLEAGUE)
    ]
    taken = incidents.register(MINE, members=[ADA]).subject
    (projection,) = [each for each in SERVICE.worker(service.runtime).projections if each.name == "incident"]
    await projection.fill()
    assert await projection.differences() == (2, [])

    assert known == [[{"attachments": []}], [{"attachments": None}]]
    async with service.database.read(COLLEAGUE) as session:
        assert await session.scalar(select(func.count()).where(IncidentRef.id.in_([looked_up, taken]))) == 0


async def test_a_different_restriction_in_the_copy_is_found(service: RunningService, incidents: Incidents) -> None:
    incident = incidents.register(MINE, members=[ADA]).subject
    (projection,) = [each for each in SERVICE.worker(service.runtime).projections if each.name == "incident"]
    await projection.fill()

    for damage in ({"restricted": False}, {"member_ids": [ADA, BOB]}):
        async with service.database.work(SYSTEM) as work:
            await work.session.execute(update(IncidentRef).values(damage))
        assert await projection.differences() == (1, [incident])
        async with service.database.work(SYSTEM) as work:
            await work.session.execute(update(IncidentRef).values(restricted=True, member_ids=[ADA]))


async def test_nobody_files_into_a_restricted_incident_unseen(
    service: RunningService, runtime: FilesRuntime, secret: FileRow
) -> None:
    texts = []
    for incident in (secret.owner_id, uuid4()):
        with pytest.raises(NotFound) as refusal:
            await ask_to_upload(runtime, COLLEAGUE, incident)
        texts.append(refusal.value.message)
    assert texts[0] == texts[1]

    values = {column.key: getattr(secret, column.key) for column in FileRow.__table__.columns} | {"id": uuid4()}
    with pytest.raises(DBAPIError, match="row-level security"):
        async with runtime.database.work(COLLEAGUE) as work:
            await work.session.execute(insert(FileRow).values(values))


async def test_the_event_of_its_file_is_for_few(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, make_file: MakeFile, secret: FileRow
) -> None:
    plain = incidents.register(MINE)
    await broker.publish([plain])
    await make_file(plain.subject)

    assert [event.restricted for event in await service.events()] == [True, True, False, False]


async def test_the_walls_hide_rows_from_a_query_without_a_condition(service: RunningService, secret: FileRow) -> None:
    for actor, number in ((MEMBER, 1), (SUPERVISOR, 1), *((outsider, 0) for outsider in OUTSIDERS)):
        async with service.database.read(actor) as session:
            for table in (FileRow, IncidentRef):
                assert await session.scalar(select(func.count()).select_from(table)) == number
