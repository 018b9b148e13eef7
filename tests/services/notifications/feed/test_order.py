"""What all services tell gets one order: without gaps, for each company and stream by itself, and for good."""

import asyncio
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis.broker.in_process import InProcessBroker
from chassis.errors import Invalid
from chassis.events import Envelope
from deploy.local.provision import DatabaseUrls
from services.notifications.domain.cursors import Cursors
from services.notifications.domain.public_events import Stream
from services.notifications.persistence.arrivals import Arrivals, keep_days, order_arrivals
from services.notifications.persistence.feed import cursor_key
from services.notifications.persistence.feed_rows import FeedEventRow
from services.notifications.usecases.order_feed import FeedOrder
from services.notifications.usecases.read_feed import Asked, PublicFeed
from tests.support.events import make_event
from tests.support.feed import Tell, whole_feed
from tests.support.incidents import Incidents
from tests.support.services import SYSTEM, RunningService, user

MINE, OTHERS = uuid4(), uuid4()


def numbers(found: list[FeedEventRow], company: UUID | None, stream: Stream) -> list[int]:
    return [row.number for row in found if row.company_id == company and row.stream == stream]


async def test_each_stream_of_a_company_is_numbered_without_gaps(
    service: RunningService, incidents: Incidents, tell: Tell
) -> None:
    first, secret = incidents.register(MINE), incidents.register(MINE, members=[uuid4()])
    for _ in range(2):
        await tell([incidents.register(OTHERS), incidents.update(first.subject), incidents.update(secret.subject)])
    await tell([make_event(source="access", type="team.changed.v1", company_id=MINE)])
    await tell([make_event(source="directories", type="directory.locale_changed.v1", company_id=None)])
    found = await whole_feed(service)
    assert [row.position for row in found] == list(range(1, len(found) + 1))
    assert numbers(found, MINE, Stream.INCIDENTS) == [1, 2]
    assert numbers(found, MINE, Stream.RESTRICTED) == [1, 2]
    assert numbers(found, OTHERS, Stream.INCIDENTS) == [1, 2]
    assert numbers(found, MINE, Stream.UNITS) == [1]
    assert numbers(found, None, Stream.EVERYONE) == [1]


async def test_what_comes_twice_is_kept_once(service: RunningService, incidents: Incidents, tell: Tell) -> None:
    event = incidents.register(MINE)
    await tell([event])
    await tell([event, event])
    assert [row.event_id for row in await whole_feed(service)] == [event.id]


async def test_several_who_order_at_once_leave_neither_gaps_nor_repetitions(service: RunningService) -> None:
    async def arrive(company: UUID) -> None:
        for number in range(1, 21):
            async with service.database.work(SYSTEM) as work:
                event = make_event(source="access", type="team.changed.v1", company_id=company, sequence=number)
                Arrivals(work.session).add(event, Stream.UNITS, None)

    orders = [FeedOrder(service.database.engine, idle_seconds=0.001) for _ in range(3)]
    running = [asyncio.create_task(order.run()) for order in orders]
    await asyncio.gather(*(arrive(company) for company in (MINE, OTHERS) * 2))
    async with asyncio.timeout(20):
        while await order_arrivals(service.database.engine) != 0:
            await asyncio.sleep(0.01)
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    found = await whole_feed(service)
    assert [row.position for row in found] == list(range(1, 81))
    for company in (MINE, OTHERS):
        assert numbers(found, company, Stream.UNITS) == list(range(1, 41))
        assert sorted(row.recorded_at for row in found) == [row.recorded_at for row in found]


async def test_of_a_purged_incident_only_that_is_left(
    service: RunningService, incidents: Incidents, tell: Tell
) -> None:
    event, other = incidents.register(MINE), incidents.register(MINE)
    await tell([event, other, incidents.update(event.subject)])
    await tell([incidents.purge(event.subject)])
    assert [(row.subject, row.type) for row in await whole_feed(service)] == [
        (other.subject, "incident.registered.v1"),
        (event.subject, "incident.purged.v1"),
    ]


async def test_days_are_made_ahead_and_dropped_after_their_time(
    service: RunningService,
    incidents: Incidents,
    tell: Tell,
    feed: PublicFeed,
    service_databases: Mapping[str, DatabaseUrls],
) -> None:
    engine = create_async_engine(service_databases["notifications"].owner, poolclass=NullPool)
    await tell([incidents.register(MINE), incidents.register(MINE)])
    reader = user({"incident.view": [MINE]})
    beginning = (await feed.page(reader, Asked(), 1)).cursor
    async with engine.begin() as connection:
        for statement in _LONG_AGO:
            await connection.execute(text(statement))
    assert len((await feed.page(reader, Asked(after=beginning), 10)).events) == 1
    assert await keep_days(service.database.engine, 30) == 1
    assert [row.position for row in await whole_feed(service)] == [2]
    with pytest.raises(Invalid, match="not kept any more"):
        await feed.page(reader, Asked(after=(Cursors(await _key(service))).written(0)), 10)
    assert [seen.event.position for seen in (await feed.page(reader, Asked(), 10)).events] == [2]
    async with engine.begin() as connection:
        parts = [str(name) for name in await connection.scalars(text(_PARTS))]
    assert len(parts) == 8
    await engine.dispose()


async def _key(service: RunningService) -> bytes:
    async with service.database.work(SYSTEM) as work:
        return await cursor_key(work.session)


_PARTS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'feed_event'::regclass"
_LONG_AGO = (
    "SELECT set_config('app.system_all', 'on', true)",
    "CREATE TABLE feed_event_20200101 PARTITION OF feed_event FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')",
    "CREATE TEMPORARY TABLE moved ON COMMIT DROP AS SELECT * FROM feed_event WHERE position = 1",
    "DELETE FROM feed_event WHERE position = 1",
    "UPDATE moved SET recorded_at = '2020-01-01 12:00+00'",
    "INSERT INTO feed_event SELECT * FROM moved",
)


async def test_internal_events_do_not_come_in(service: RunningService, broker: InProcessBroker) -> None:
    event: Envelope = make_event(source="access", type="session.ended.v1", company_id=None)
    await broker.publish([event])
    assert await order_arrivals(service.database.engine) == 0
