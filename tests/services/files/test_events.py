"""The copy of the incidents, kept by their events."""

import asyncio
from uuid import UUID, uuid4

from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.tables import HandledRow, ParkedRow
from services.files.__main__ import SERVICE
from services.files.persistence.rows import IncidentRef
from services.incidents.persistence import published
from tests.support.incidents import Incidents
from tests.support.services import RunningService

COMPANY, OTHER = uuid4(), uuid4()
EVERYTHING = Actor.system("test", EVERY_COMPANY)


async def known(service: RunningService) -> dict[UUID, tuple[int, UUID, str, bool]]:
    async with service.database.read(EVERYTHING) as session:
        return {
            row.id: (row.version, row.company_id, row.reference, row.deleted)
            for row in await session.scalars(select(IncidentRef))
        }


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


async def test_events_keep_the_copy_without_a_question_to_the_owner(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    first, second = incidents.register(COMPANY), incidents.register(COMPANY)
    await broker.publish([first, second])
    await broker.publish([incidents.update(first.subject), incidents.change_status(first.subject)])
    await broker.publish([incidents.assign(first.subject, uuid4()), incidents.delete(second.subject)])

    assert await known(service) == {
        first.subject: (4, COMPANY, "ACME-2026-000001", False),
        second.subject: (2, COMPANY, "ACME-2026-000002", True),
    }
    assert incidents.published.asked == []


async def test_events_that_come_together_share_a_transaction_however_they_are_mixed(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    mixed = [incidents.register(company) for _ in range(5) for company in (COMPANY, OTHER)]
    mixed += [incidents.delete(event.subject) for event in mixed]

    with service.statements() as statements:
        await broker.publish(mixed)

    assert {(version, deleted) for version, _, _, deleted in (await known(service)).values()} == {(2, True)}
    assert len([each for each in statements if "INTO handled_event" in each]) == 1
    assert await handled(service) == 20


async def test_a_repeated_delivery_changes_nothing(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    events = [registered := incidents.register(COMPANY), incidents.delete(registered.subject)]
    await broker.publish(events)
    before = await known(service)

    await broker.publish(events)
    await broker.publish(events[:1])

    assert await known(service) == before
    assert await handled(service) == 2


async def test_an_event_of_an_unknown_incident_asks_its_owner_who_is_ahead(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = incidents.register(COMPANY).subject
    update = incidents.update(incident)
    deletion = incidents.delete(incident)

    await broker.publish([update])
    ahead = await known(service)
    await broker.publish([deletion])

    assert ahead == await known(service) == {incident: (3, COMPANY, "ACME-2026-000001", True)}
    assert incidents.published.asked == ["lookups/incident"]


async def test_what_was_looked_up_is_not_undone_by_an_older_event(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    registered = incidents.register(COMPANY)
    await broker.publish([incidents.delete(registered.subject)])

    await broker.publish([registered])

    assert await known(service) == {registered.subject: (2, COMPANY, "ACME-2026-000001", True)}


async def test_a_failing_event_holds_back_its_incident_only_and_is_released_in_order(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    poisoned, other = incidents.register(COMPANY).subject, incidents.register(COMPANY)
    waiting = [incidents.update(poisoned), incidents.delete(poisoned)]
    service.transport.applications.pop("incidents")

    await broker.publish([waiting[0], other, waiting[1]])

    assert await known(service) == {other.subject: (1, COMPANY, "ACME-2026-000002", False)}
    assert await parked(service) == [event.id for event in waiting]

    service.transport.applications["incidents"] = incidents.published
    await retry_until_nothing_is_parked(service)

    assert (await known(service))[poisoned] == (3, COMPANY, "ACME-2026-000001", True)
    assert await handled(service) == 3


async def retry_until_nothing_is_parked(service: RunningService) -> None:
    retrying = asyncio.create_task(SERVICE.worker(service.runtime)._consumer.retry_parked())
    while await parked(service):
        await asyncio.sleep(0.05)
    retrying.cancel()


async def test_the_owners_snapshot_fills_the_copy(service: RunningService, incidents: Incidents) -> None:
    subjects = {incidents.register(COMPANY).subject for _ in range(3)}

    for projection in SERVICE.worker(service.runtime).projections:
        await projection.fill()

    assert set(await known(service)) == subjects
    assert incidents.published.asked == ["snapshots/incident"]
