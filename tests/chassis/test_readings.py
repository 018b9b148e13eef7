"""Figures of a service's database and of its events: what moves them, and that reading them stays cheap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis import consumer as consumer_module
from chassis import readings as readings_module
from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.consumer import Consumer
from chassis.database import Database, UnitOfWork
from chassis.events import Envelope
from chassis.identifiers import uuid7
from chassis.metrics import Counter, Sample, declared
from chassis.readings import database_readings
from chassis.relay import Relay
from chassis.subscriptions import Delivery, Subscriptions
from chassis.tables import EventRow
from tests.support.events import make_event
from tests.support.figures import moved
from tests.support.things import change_thing

WRITER = Actor.system("writer", EVERY_COMPANY)


@dataclass(frozen=True, slots=True)
class Named:
    name: str


subscriptions: Subscriptions[set[UUID]] = Subscriptions()


@subscriptions.on("things", "thing.changed.v1", Named)
async def stumble(delivery: Delivery[Named], _: UnitOfWork, poisonous: set[UUID]) -> None:
    if delivery.event.subject in poisonous:
        raise RuntimeError("poison")


async def read(database: Database) -> dict[str, float]:
    samples: list[Sample] = []
    for reading in database_readings("things", database.engine):
        samples += await reading()
    assert {sample.labels for sample in samples} == {("things",)}
    return {sample.metric.name: sample.value for sample in samples}


async def write(database: Database, count: int) -> None:
    for _ in range(count):
        async with database.work(WRITER) as work:
            await change_thing(uuid7(), uuid7(), work)


async def store_old(database: Database, **given: int) -> None:
    """An event that has waited for five minutes."""
    time = datetime.now(UTC) - timedelta(minutes=5)
    async with database.work(WRITER) as work:
        work.session.add(
            EventRow(
                event_id=uuid7(), type="thing.changed.v1", subject=uuid7(), sequence=1, data={}, time=time, **given
            )
        )


async def publish(database: Database) -> None:
    relay = Relay("things", database.engine, InProcessBroker())
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        while await relay.publish_batch(connection):
            pass


async def test_events_wait_until_they_are_published(database: Database) -> None:
    assert (await read(database))["outbox_pending"] == 0
    assert (await read(database))["outbox_oldest_unpublished_seconds"] == 0
    await store_old(database)
    await write(database, 2)
    before = await read(database)
    published = moved("events_published_total", "things")
    await publish(database)
    after = await read(database)

    assert (before["outbox_pending"], after["outbox_pending"]) == (3, 0)
    assert 300 <= before["outbox_oldest_unpublished_seconds"] < 360
    assert after["outbox_oldest_unpublished_seconds"] == 0
    assert published.by == 3


async def test_the_oldest_counts_also_when_it_has_its_position(database: Database) -> None:
    await store_old(database, position=1)
    await write(database, 1)
    found = await read(database)
    assert found["outbox_pending"] == 2
    assert 300 <= found["outbox_oldest_unpublished_seconds"] < 360


async def test_more_than_can_be_counted_cheaply_is_not_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings_module, "MOST", 2)
    await write(database, 3)
    assert (await read(database))["outbox_pending"] == 2


async def test_no_reading_walks_through_a_table(database: Database) -> None:
    await write(database, 3)
    await publish(database)
    async with database.engine.connect() as connection:
        await connection.execute(text("SET enable_seqscan = off"))
        explain = text(f"EXPLAIN {readings_module._OUTBOX.text}")
        plan = "\n".join(await connection.scalars(explain, {"most": 10_000}))
    assert "Seq Scan" not in plan
    assert {"ix_event_unpublished", "ix_event_unpositioned"} <= set(plan.replace("(", " ").split())


async def test_connections_in_use_are_told(database: Database) -> None:
    async with database.engine.connect():
        found = await read(database)
    assert (found["database_connections_in_use"], found["database_connections_limit"]) == (1, 10)


def events(*subjects: UUID, company: UUID) -> Sequence[Envelope]:
    time = datetime.now(UTC) - timedelta(seconds=20)
    return [make_event(subject=subject, company_id=company, time=time) for subject in subjects]


async def test_what_a_consumer_does_with_events_is_counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "_PAUSES", (0.0, 0.0))
    poison = uuid7()
    consumer = Consumer("counters", database, subscriptions, {poison})
    handled = moved("event_delay_seconds", "counters", "things")
    repeated = moved("events_duplicate_total", "counters", "things")
    failed = moved("events_failed_total", "counters", "things")
    parked = moved("dead_letters_total", "counters")
    good = events(uuid7(), uuid7(), company=uuid7())

    await consumer.handle(good)
    await consumer.handle(good[:1])
    assert (handled.by, repeated.by, failed.by, parked.by) == (2, 1, 0, 0)
    await consumer.handle(events(poison, poison, company=uuid7()))
    assert (handled.by, repeated.by, failed.by, parked.by) == (2, 1, 3, 2)
    assert (await read(database))["dead_letters"] == 2
    assert await consumer.retry_due() == 0
    assert failed.by == 4


def test_a_consumer_without_parked_events_says_so(database: Database) -> None:
    Consumer("untroubled", database, subscriptions, set())
    counter = declared()["dead_letters_total"]
    assert isinstance(counter, Counter)
    assert counter.values["untroubled",] == 0
