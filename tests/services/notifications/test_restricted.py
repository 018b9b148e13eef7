"""Messages about restricted incidents: there for the members and for who sees all restricted ones, for nobody else.

What is `asked` is asked three times: as it is, without the walls of the tables, and without the conditions of the
queries.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, true

from chassis.access import Actor
from chassis.broker.in_process import InProcessBroker
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from services.notifications.__main__ import SERVICE
from services.notifications.persistence import messages
from services.notifications.persistence.rows import IncidentRef, MessageRow
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user
from tests.support.wall_less import without_walls

MINE, ELSEWHERE = uuid4(), uuid4()
ADA, BOB = uuid4(), uuid4()
MEMBER = user({"incident.view": [MINE]}, id=ADA)
COLLEAGUE = user({"incident.view": [MINE]}, id=BOB)
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
    incidents: Incidents,
) -> AsyncIterator[RunningService]:
    urls = service_databases["notifications"]
    async with without_walls(SERVICE, urls, postgres_server, signing_keys) as made:
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
        monkeypatch.setattr(messages, "visible", lambda _: true())
    return wall_less if request.param == "conditions alone" else service


@pytest.fixture
async def secret(service: RunningService, broker: InProcessBroker, incidents: Incidents) -> MessageRow:
    """For Ada, about an incident that is restricted to her."""
    await broker.publish([incidents.register(MINE, members=[ADA], responsible=ADA)])
    async with service.database.read(SYSTEM) as session:
        return (await session.scalars(select(MessageRow))).one()


async def seen(service: RunningService, message: MessageRow, actor: Actor) -> list[bool]:
    """Whether it is found below its incident, by its id, and as an entity."""
    (below,) = await service.entities("Incident", [message.incident_id], "messages { id }", actor)
    named = await service.data(f'{{ mailMessage(id: "{message.id}") {{ id }} }}', actor)
    (entity,) = await service.entities("MailMessage", [message.id], "id", actor)
    return [below["messages"] is not None, named["mailMessage"] is not None, entity is not None]


async def test_messages_about_restricted_incidents_are_there_for_few(asked: RunningService, secret: MessageRow) -> None:
    for actor in (MEMBER, SUPERVISOR):
        assert await seen(asked, secret, actor) == [True] * 3
    for actor in OUTSIDERS:
        assert await seen(asked, secret, actor) == [False] * 3


async def test_a_change_of_members_takes_effect_with_its_event(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, secret: MessageRow
) -> None:
    await broker.publish([incidents.show_to(secret.incident_id, [BOB])])
    assert [await seen(service, secret, actor) for actor in (MEMBER, COLLEAGUE)] == [[False] * 3, [True] * 3]

    await broker.publish([incidents.show_to(secret.incident_id, None)])
    assert [await seen(service, secret, actor) for actor in (MEMBER, COLLEAGUE)] == [[True] * 3] * 2


async def test_events_that_arrive_again_or_late_bring_no_member_back(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, secret: MessageRow
) -> None:
    changes = [incidents.show_to(secret.incident_id, [ADA, BOB]), incidents.show_to(secret.incident_id, [ADA])]

    await broker.publish(changes[::-1])
    await broker.publish(changes)

    async with service.database.read(SYSTEM) as session:
        row = await session.get_one(IncidentRef, secret.incident_id)
        assert (row.version, row.restricted, row.member_ids) == (3, True, [ADA])


async def test_what_is_looked_up_or_taken_from_the_snapshot_is_restricted_too(
    service: RunningService, incidents: Incidents
) -> None:
    looked_up = incidents.register(MINE, members=[ADA]).subject
    known = [await service.entities("Incident", [looked_up], "messages { id }", each) for each in (MEMBER, COLLEAGUE)]
    incidents.register(MINE, members=[ADA])
    (projection,) = SERVICE.worker(service.runtime).projections
    await projection.fill()

    assert known == [[{"messages": []}], [{"messages": None}]]
    assert await projection.differences() == (2, [])
    assert await rows(service, COLLEAGUE) == (0, 0)


async def test_the_message_of_a_restricted_incident_is_told_to_few(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, secret: MessageRow
) -> None:
    incident: UUID = secret.incident_id
    await broker.publish([incidents.assign(incident, BOB), incidents.show_to(incident, None)])
    await broker.publish([incidents.assign(incident, ADA)])

    assert [event.restricted for event in await service.events()] == [True, True, False]


async def test_the_walls_hide_rows_from_a_query_without_a_condition(
    service: RunningService, secret: MessageRow
) -> None:
    for actor in (MEMBER, SUPERVISOR):
        assert await rows(service, actor) == (1, 1)
    for actor in OUTSIDERS:
        assert await rows(service, actor) == (0, 0)


async def rows(service: RunningService, actor: Actor) -> tuple[int, int]:
    """How many messages and incidents there are."""
    async with service.database.read(actor) as session:
        messages = await session.scalar(select(func.count()).select_from(MessageRow)) or 0
        return messages, await session.scalar(select(func.count()).select_from(IncidentRef)) or 0
