"""The relay under concurrent writers, several leaders, lost connections and crashes."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from sqlalchemy import func, select

from chassis import relay as relay_module
from chassis.broker import Broker, Subscription
from chassis.broker.in_process import InProcessBroker
from chassis.database import Cause, Database
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.identifiers import uuid7
from chassis.relay import LEADER_LOCK, Relay
from chassis.tables import EventRow
from deploy.local.postgres import PostgresServer
from tests.support.events import first_deliveries, read_log, violations
from tests.support.figures import figure
from tests.support.things import change_thing
from tests.support.writers import WRITER, commit_late, nothing_more, write_much, write_once

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
ALL_THINGS = Subscription(group="readers", source="things", types=frozenset({"thing.changed.v1"}))
_LEADERS = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = 'test_things')
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "_STANDBY_SECONDS", 0.01)
    monkeypatch.setattr(relay_module, "_RETRY_SECONDS", 0.01)
    monkeypatch.setitem(Relay.__init__.__kwdefaults__ or {}, "idle_seconds", 0.005)


class Reader:
    """A consumer group that keeps what it is told."""

    def __init__(self) -> None:
        self.delivered: list[Envelope] = []

    async def __call__(self, events: Sequence[Envelope]) -> None:
        self.delivered += events

    def heard(self) -> int:
        return len(first_deliveries(self.delivered))


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
async def broker(reader: Reader) -> Broker:
    made = InProcessBroker()
    await made.subscribe(ALL_THINGS, reader)
    return made


@asynccontextmanager
async def running(*relays: Relay) -> AsyncIterator[list["asyncio.Task[None]"]]:
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def published(database: Database) -> Callable[[], Awaitable[bool]]:
    async def all_marked() -> bool:
        async with database.engine.connect() as connection:
            count = select(func.count()).select_from(EventRow).where(EventRow.published_at.is_(None))
            return await connection.scalar(count) == 0

    return all_marked


async def leaders(server: PostgresServer) -> list[int]:
    async with server.session() as session:
        return [row["pid"] for row in await session.fetch(_LEADERS, LEADER_LOCK)]


async def kill(server: PostgresServer, pid: int) -> None:
    async with server.session() as session:
        await session.execute(f"SELECT pg_terminate_backend({pid})")


async def test_positions_have_no_gaps_and_subjects_their_order_under_concurrent_writers(
    database: Database, broker: Broker, reader: Reader, until: Until
) -> None:
    async with running(Relay("things", database.engine, broker)):
        await write_much(database, random.Random(7))  # noqa: S311  # a game, not a secret
        await until(published(database))
    log = await read_log(database.engine)
    assert len(log) == 76
    assert violations(log, reader.delivered) == set()


async def test_a_transaction_that_commits_late_loses_nothing(
    database: Database, broker: Broker, reader: Reader
) -> None:
    relay = Relay("things", database.engine, broker)
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await commit_late(database, lambda: _discard(relay.publish_batch(connection)), nothing_more)
    log = await read_log(database.engine)
    assert len(log) == 2
    assert violations(log, reader.delivered) == set()


async def test_several_events_of_one_transaction_keep_their_order(
    database: Database, broker: Broker, reader: Reader, until: Until
) -> None:
    subject, company = uuid7(), uuid7()
    async with database.work(WRITER) as work:
        for _ in range(40):
            await change_thing(subject, company, work)
    async with running(Relay("things", database.engine, broker)):
        await until(published(database))
    assert [event.sequence for event in reader.delivered] == list(range(1, 41))


async def test_more_than_a_batch_is_published_without_a_pause(
    database: Database, broker: Broker, reader: Reader, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 7)
    await write_much(database, random.Random(1), writers=2, each=10)  # noqa: S311  # a game, not a secret
    async with running(Relay("things", database.engine, broker)):
        await until(published(database))
    assert violations(await read_log(database.engine), reader.delivered) == set()


async def test_of_two_relays_one_leads(
    database: Database, broker: Broker, reader: Reader, until: Until, postgres_server: PostgresServer
) -> None:
    async with running(*(Relay("things", database.engine, broker) for _ in range(2))):
        await write_much(database, random.Random(3), writers=3)  # noqa: S311  # a game, not a secret
        await until(published(database))
        assert len(await leaders(postgres_server)) == 1
    assert violations(await read_log(database.engine), reader.delivered) == set()
    assert len(reader.delivered) == reader.heard()


async def test_the_other_takes_over_when_the_leader_stops(
    database: Database, broker: Broker, until: Until, postgres_server: PostgresServer
) -> None:
    async with running(*(Relay("things", database.engine, broker) for _ in range(2))) as tasks:
        await until(lambda: _is_led(postgres_server))
        tasks[0].cancel()
        await write_once(database, uuid7(), uuid7())
        await until(published(database))
        tasks[1].cancel()
        await asyncio.wait(tasks)
        await until(lambda: _is_led(postgres_server, by=0))


async def test_nothing_is_lost_when_the_leaders_connection_is_killed(
    database: Database, broker: Broker, reader: Reader, until: Until, postgres_server: PostgresServer
) -> None:
    async def kill_leaders() -> None:
        for _ in range(4):
            await asyncio.sleep(0.05)
            for pid in await leaders(postgres_server):
                await kill(postgres_server, pid)

    async with running(*(Relay("things", database.engine, broker) for _ in range(2))):
        await asyncio.gather(write_much(database, random.Random(5)), kill_leaders())  # noqa: S311  # a game
        await until(published(database))
    assert violations(await read_log(database.engine), reader.delivered) == set()


async def test_what_was_published_but_not_marked_is_published_again(
    database: Database, broker: Broker, reader: Reader, until: Until, postgres_server: PostgresServer
) -> None:
    class DiesAfterTheHandover:
        died = False

        async def publish(self, events: Sequence[Envelope]) -> None:
            await broker.publish(events)
            if events and not self.died:
                self.died = True
                for pid in await leaders(postgres_server):
                    await kill(postgres_server, pid)

        async def subscribe(self, *_: object) -> None:
            raise NotImplementedError

        async def close(self) -> None:
            raise NotImplementedError

    await write_once(database, uuid7(), uuid7())
    async with running(Relay("things", database.engine, DiesAfterTheHandover())):
        await until(published(database))
    assert [event.position for event in reader.delivered] == [1, 1]
    assert reader.heard() == 1


async def test_what_a_group_refused_is_published_again(database: Database, until: Until) -> None:
    refusals, delivered = ["first", "second"], list[Envelope]()

    async def handle(events: Sequence[Envelope]) -> None:
        if refusals:
            raise RuntimeError(refusals.pop())
        delivered.extend(events)

    broker = InProcessBroker()
    await broker.subscribe(ALL_THINGS, handle)
    await write_once(database, uuid7(), uuid7())
    async with running(Relay("things", database.engine, broker)):
        await until(published(database))
    assert [event.position for event in delivered] == [1]


async def test_a_relay_that_is_stopped_while_publishing_leaves_the_events_for_the_next(
    database: Database, until: Until, postgres_server: PostgresServer
) -> None:
    entered, ended = asyncio.Event(), list[str]()

    async def hang(_: Sequence[Envelope]) -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("handler")

    broker = InProcessBroker()
    await broker.subscribe(ALL_THINGS, hang)
    await write_once(database, uuid7(), uuid7())
    async with running(Relay("things", database.engine, broker)):
        await entered.wait()
    assert ended == ["handler"]
    assert not await published(database)()
    await until(lambda: _is_led(postgres_server, by=0))


async def test_an_event_of_a_rolled_back_unit_of_work_does_not_exist(
    database: Database, broker: Broker, reader: Reader
) -> None:
    with suppress(ZeroDivisionError):
        async with database.work(WRITER) as work:
            await change_thing(uuid7(), uuid7(), work)
            raise ZeroDivisionError
    async with database.engine.connect() as connection:
        assert await Relay("things", database.engine, broker).publish_batch(connection) == 0
    assert await read_log(database.engine) == {}
    assert reader.delivered == []


async def test_a_commit_with_events_wakes_the_relay_of_its_process(
    database: Database, broker: Broker, until: Until
) -> None:
    relay = Relay("things", database.engine, broker, idle_seconds=3600)
    database.when_emitted(relay.wake)
    async with running(relay):
        await write_once(database, uuid7(), uuid7())
        await until(published(database))


async def test_a_relay_outlives_a_pool_without_a_free_connection(
    database: Database, broker: Broker, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = database.engine.sync_engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.01)
    async with AsyncExitStack() as stack:
        for _ in range(pool.size()):  # type: ignore[attr-defined]  # a queue pool has a size
            await stack.enter_async_context(database.engine.connect())
        relays = running(Relay("things", database.engine, broker))
        (task,) = await relays.__aenter__()
        await asyncio.sleep(0.05)
        assert not task.done()
    await write_once(database, uuid7(), uuid7())
    await until(published(database))
    await relays.__aexit__(None, None, None)


async def test_an_envelope_carries_all_that_the_log_holds(
    database: Database, broker: Broker, reader: Reader, until: Until
) -> None:
    cause, subject, company = uuid7(), uuid7(), uuid7()
    async with database.work(WRITER, Cause(request_id="r-9", traceparent="00-a-b-01", causation_id=cause)) as work:
        await change_thing(subject, company, work)
    async with running(Relay("things", database.engine, broker)):
        await until(published(database))
    (event,) = reader.delivered
    assert (event.source, event.type, event.subject, event.company_id) == (
        "things",
        "thing.changed.v1",
        subject,
        company,
    )
    assert (event.sequence, event.position, event.data, event.restricted) == (1, 1, {"name": "thing"}, False)
    assert (event.request_id, event.traceparent, event.causation_id) == ("r-9", "00-a-b-01", cause)
    assert event.time.tzinfo is not None


async def test_a_relay_raises_what_the_broker_cannot_do_before_anything_is_marked(database: Database) -> None:
    broker = InProcessBroker()
    await broker.close()
    await write_once(database, uuid7(), uuid7())
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        with pytest.raises(Fault):
            await Relay("things", database.engine, broker).publish_batch(connection)
    assert not await published(database)()


async def _discard(work: Awaitable[object]) -> None:
    await work


async def _is_led(server: PostgresServer, by: int = 1) -> bool:
    return len(await leaders(server)) == by


async def test_the_leader_is_told_by_a_figure(database: Database, broker: Broker, until: Until) -> None:
    async with running(Relay("things", database.engine, broker)):
        await until(lambda: figure("relay_is_leader", "things") == 1)
        async with running(Relay("waiting", database.engine, broker)):
            await until(lambda: ("waiting",) in relay_module._LEADS.values)
            assert figure("relay_is_leader", "waiting") == 0
    assert figure("relay_is_leader", "things") == 0
