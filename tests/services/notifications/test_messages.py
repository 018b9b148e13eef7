"""The messages about incidents, as the graph tells of them."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.broker.in_process import InProcessBroker
from services.notifications.persistence import messages
from services.notifications.persistence.rows import IncidentRef, MessageRow
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

VIEW = "incident.view"
MINE, FOREIGN = uuid4(), uuid4()
ADA, BOB = uuid4(), uuid4()


async def message_id(service: RunningService, incident: UUID, company: UUID) -> str:
    (found,) = await service.entities("Incident", [incident], "messages { id }", user({VIEW: [company]}))
    (message,) = found["messages"]
    return str(message["id"])


async def test_fifty_incidents_cost_one_statement(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    events = [incidents.register(MINE, responsible=ADA) for _ in range(50)]
    await broker.publish([*events, incidents.assign(events[0].subject, BOB)])

    with service.statements() as statements:
        found = await service.entities(
            "Incident",
            [event.subject for event in events],
            "messages { kind state recipient { id } }",
            user({VIEW: [MINE]}),
        )

    assert len(statements) == 1
    to_ada, to_bob = (
        {"kind": "ASSIGNED", "state": "QUEUED", "recipient": {"id": str(person)}} for person in (ADA, BOB)
    )
    assert [incident["messages"] for incident in found] == [[to_bob, to_ada], *([to_ada] for _ in range(49))]


async def test_only_the_last_messages_about_an_incident_are_shown(
    service: RunningService, broker: InProcessBroker, incidents: Incidents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_SHOWN", 2)
    event = incidents.register(MINE, responsible=ADA)
    await broker.publish([event, *(incidents.assign(event.subject, person) for person in (BOB, ADA))])
    other = incidents.register(MINE, responsible=BOB)
    await broker.publish([other])

    found = await service.entities(
        "Incident", [event.subject, other.subject], "messages { recipient { id } }", user({VIEW: [MINE]})
    )

    told = [[each["recipient"]["id"] for each in incident["messages"]] for incident in found]
    assert told == [[str(ADA), str(BOB)], [str(BOB)]]


async def test_an_incident_registered_a_moment_ago_is_asked_of_its_owner_once(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    event = incidents.register(MINE, responsible=ADA)
    reader = user({VIEW: [MINE]})

    before = await service.entities("Incident", [event.subject], "messages { state }", reader)
    await broker.publish([event])
    after = await service.entities("Incident", [event.subject], "messages { state }", reader)

    assert before == [{"messages": []}]
    assert after == [{"messages": [{"state": "QUEUED"}]}]
    assert incidents.published.asked == ["lookups/incident"]


async def test_foreign_deleted_and_absent_incidents_answer_alike(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    foreign, deleted = (incidents.register(company, responsible=ADA) for company in (FOREIGN, MINE))
    await broker.publish([foreign, deleted, incidents.delete(deleted.subject)])

    found = await service.entities(
        "Incident", [foreign.subject, deleted.subject, uuid4()], "messages { id }", user({VIEW: [MINE]})
    )

    assert found == [{"messages": None}] * 3


async def test_even_the_recipient_needs_the_right_to_view(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    event = incidents.register(MINE, responsible=ADA)
    await broker.publish([event])

    found = await service.entities("Incident", [event.subject], "messages { id }", user({VIEW: [FOREIGN]}, id=ADA))

    assert found == [{"messages": None}]


async def test_a_message_is_found_by_its_id_and_only_by_those_who_see_its_incident(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    mine, foreign = (incidents.register(company, responsible=ADA) for company in (MINE, FOREIGN))
    await broker.publish([mine, foreign])
    own = await message_id(service, mine.subject, MINE)
    others = await message_id(service, foreign.subject, FOREIGN)
    reader = user({VIEW: [MINE]})

    asked = [await service.data(f'{{ mailMessage(id: "{each}") {{ id }} }}', reader) for each in (own, others, uuid4())]
    referred = await service.entities("MailMessage", [own, others, "no id"], "id", reader)

    assert asked == [{"mailMessage": {"id": own}}, {"mailMessage": None}, {"mailMessage": None}]
    assert referred == [{"id": own}, None, None]


async def test_a_deleted_incident_takes_its_messages_out_of_sight(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    event = incidents.register(MINE, responsible=ADA)
    await broker.publish([event])
    own = await message_id(service, event.subject, MINE)

    await broker.publish([incidents.delete(event.subject)])

    assert await service.data(f'{{ mailMessage(id: "{own}") {{ id }} }}', user({VIEW: [MINE]})) == {"mailMessage": None}


async def test_the_walls_hide_foreign_rows_even_from_a_query_without_a_condition(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    mine, foreign = (incidents.register(company, responsible=ADA) for company in (MINE, FOREIGN))
    await broker.publish([mine, foreign])

    async with service.database.read(user({VIEW: [MINE]})) as session:
        messages = list(await session.scalars(select(MessageRow.incident_id)))
        known = list(await session.scalars(select(IncidentRef.id)))

    assert messages == known == [mine.subject]
