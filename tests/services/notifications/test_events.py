"""Messages for whoever becomes responsible: one per person and event, in order, whatever fails in between."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.tables import HandledRow, ParkedRow
from services.incidents.persistence import published
from services.notifications.__main__ import SERVICE
from services.notifications.domain.messages import MessageKind
from services.notifications.persistence.rows import IncidentRef, MessageRow
from services.notifications.usecases.request_message import RequestMessage, request_message
from tests.support.contracts import stale_samples
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

COMPANY = uuid4()
ADA, BOB = uuid4(), uuid4()
EVERYTHING = Actor.system("test", EVERY_COMPANY)


async def messages(service: RunningService) -> list[MessageRow]:
    async with service.database.read(EVERYTHING) as session:
        return list(await session.scalars(select(MessageRow).order_by(MessageRow.id)))


async def recipients(service: RunningService) -> list[UUID]:
    return [message.recipient_user_id for message in await messages(service)]


async def known(service: RunningService) -> dict[UUID, tuple[int, UUID | None, bool]]:
    async with service.database.read(EVERYTHING) as session:
        rows = await session.scalars(select(IncidentRef))
        return {row.id: (row.version, row.responsible_id, row.deleted) for row in rows}


async def parked(service: RunningService) -> list[UUID]:
    """The parked events, in their order."""
    async with service.database.read(EVERYTHING) as session:
        return list(await session.scalars(select(ParkedRow.event_id).order_by(ParkedRow.id)))


async def handled(service: RunningService) -> int:
    async with service.database.read(EVERYTHING) as session:
        return await session.scalar(select(func.count()).select_from(HandledRow)) or 0


def test_the_owner_publishes_every_column_of_the_copy() -> None:
    columns = {column.name for column in IncidentRef.__table__.columns}

    assert columns <= set(published._PUBLISHED.selected_columns.keys())


async def test_registering_with_a_responsible_person_queues_one_message(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    event = incidents.register(COMPANY, responsible=ADA)

    await broker.publish([event, incidents.register(COMPANY)])

    (message,) = await messages(service)
    assert (message.event_id, message.incident_id, message.company_id) == (event.id, event.subject, COMPANY)
    assert (message.recipient_user_id, message.kind, message.state) == (ADA, "ASSIGNED", "QUEUED")
    assert message.subject_key == "mail.assigned.subject"


async def test_the_message_tells_of_itself_and_of_its_cause(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    cause = replace(incidents.register(COMPANY, responsible=ADA), request_id="the request")
    await broker.publish([cause])

    (message,), (event,) = await messages(service), await service.events()
    assert (event.type, event.subject, event.sequence) == ("notification.requested.v1", message.id, 1)
    assert (event.company_id, event.causation_id, event.request_id) == (COMPANY, cause.id, "the request")
    assert event.data == {
        "message_id": str(message.id),
        "incident_id": str(cause.subject),
        "recipient_id": str(ADA),
        "kind": "ASSIGNED",
    }
    assert stale_samples("notifications", [event]) == []


async def test_assigning_tells_the_new_person_and_taking_away_tells_nobody(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(COMPANY, responsible=ADA)
    changes = [incidents.assign(incident.subject, BOB), incidents.assign(incident.subject, None)]

    await broker.publish([incident, *changes])

    assert await recipients(service) == [ADA, BOB]
    assert await known(service) == {incident.subject: (3, None, False)}
    assert incidents.published.asked == []


async def test_other_changes_send_nothing(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(COMPANY).subject
    changes = [incidents.update(incident), incidents.change_status(incident), incidents.delete(incident)]

    await broker.publish(changes)

    assert await messages(service) == []
    assert await known(service) == {incident: (4, None, True)}
    assert await service.events() == []


async def test_repeated_deliveries_have_their_effect_once(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(COMPANY, responsible=ADA)
    events = [incident, incidents.assign(incident.subject, BOB)]
    await broker.publish(events)

    await broker.publish(events)
    await broker.publish(events[1:])

    assert await recipients(service) == [ADA, BOB]
    assert len(await service.events()) == 2
    assert await handled(service) == 2


async def test_one_event_cannot_give_the_same_person_two_messages(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(COMPANY)
    await broker.publish([incident])
    command = RequestMessage(
        event_id=uuid4(),
        company_id=COMPANY,
        incident_id=incident.subject,
        recipient_id=ADA,
        kind=MessageKind.ASSIGNED,
    )
    async with service.database.work(EVERYTHING) as work:
        await request_message(command, work)

    with pytest.raises(IntegrityError):
        async with service.database.work(EVERYTHING) as work:
            await request_message(command, work)

    assert await recipients(service) == [ADA]
    assert len(await service.events()) == 1


async def test_nobody_but_the_service_itself_can_write_a_message(service: RunningService) -> None:
    command = RequestMessage(
        event_id=uuid4(), company_id=COMPANY, incident_id=uuid4(), recipient_id=ADA, kind=MessageKind.ASSIGNED
    )

    for actor in (user({"incident.view": EVERY_COMPANY}), Actor.system("test", [uuid4()])):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with service.database.work(actor) as work:
                await request_message(command, work)

    assert await messages(service) == []


async def test_a_poisonous_event_holds_back_its_incident_only_and_is_released_in_order(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    poisoned, other = incidents.register(COMPANY).subject, incidents.register(COMPANY, responsible=BOB)
    waiting = [incidents.assign(poisoned, ADA), incidents.assign(poisoned, BOB), incidents.assign(poisoned, None)]
    service.transport.applications.pop("incidents")  # who is asked for the unknown one

    await broker.publish([waiting[0], other, waiting[1]])
    await broker.publish([waiting[2]])

    assert await recipients(service) == [BOB]
    assert await parked(service) == [event.id for event in waiting]

    service.transport.applications["incidents"] = incidents.published
    await retry_until_nothing_is_parked(service)

    assert await recipients(service) == [BOB, ADA, BOB]
    assert (await known(service))[poisoned] == (4, None, False)
    assert await handled(service) == 4


async def test_an_event_that_cannot_be_read_is_parked_with_the_reason(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    broken = replace(incidents.register(COMPANY), data={"reference": "ACME-2026-000001", "responsible_id": "nobody"})
    other = incidents.register(COMPANY, responsible=ADA)

    await broker.publish([broken, other])

    assert await parked(service) == [broken.id]
    async with service.database.read(EVERYTHING) as session:
        assert "responsible_id" in (await session.scalars(select(ParkedRow.reason))).one()
    assert await recipients(service) == [ADA]


async def retry_until_nothing_is_parked(service: RunningService) -> None:
    retrying = asyncio.create_task(SERVICE.worker(service.runtime)._consumer.retry_parked())
    while await parked(service):
        await asyncio.sleep(0.05)
    retrying.cancel()
