"""Effects once and in order, the poisonous set aside with what follows it, and nobody beyond the event's company."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import select, text, update

from chassis import consumer as consumer_module
from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.consumer import Consumer
from chassis.database import Database, UnitOfWork
from chassis.engine import new_engine
from chassis.errors import Fault
from chassis.events import Envelope
from chassis.identifiers import uuid7
from chassis.parking import Parking
from chassis.subscriptions import Delivery, Subscriptions
from chassis.tables import ParkedRow
from chassis.worker import keep_trying
from tests.support.events import make_event
from tests.support.things import WALLS, EffectRow, ThingRow, change_thing

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
MINE, THEIRS = UUID(int=1), UUID(int=2)
EVERYWHERE = Actor.system("test", EVERY_COMPANY)


@dataclass(frozen=True, slots=True)
class Named:
    name: str


@dataclass
class Tools:
    """What goes wrong with which events, and what the handler saw."""

    poisonous: set[UUID] = field(default_factory=set)
    calls: list[UUID] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)
    reason: str = "poison"


subscriptions: Subscriptions[Tools] = Subscriptions()


@subscriptions.on("things", "thing.changed.v1", Named)
async def leave_an_effect(delivery: Delivery[Named], work: UnitOfWork, tools: Tools) -> None:
    event = delivery.event
    tools.calls.append(event.id)
    tools.seen.append(structlog.contextvars.get_contextvars().get("request_id"))
    work.session.add(
        EffectRow(
            event_id=event.id,
            subject=event.subject,
            company_id=event.company_id or MINE,
            sequence=event.sequence,
        )
    )
    await work.session.flush()
    if event.id in tools.poisonous:
        raise RuntimeError(tools.reason)


@subscriptions.on("things", "things.counted.v1", Named)
async def count_everything(_: Delivery[Named], work: UnitOfWork, tools: Tools) -> None:
    tools.seen.append(set(await work.session.scalars(select(ThingRow.company_id))))


@subscriptions.on("things", "thing.copied.v1", Named)
async def write_into_another_company(_: Delivery[Named], work: UnitOfWork, __: Tools) -> None:
    work.session.add(ThingRow(id=uuid7(), company_id=THEIRS, name="copy", version=1))


@subscriptions.on("others", "other.changed.v1", Named)
async def tell_on(delivery: Delivery[Named], work: UnitOfWork, _: Tools) -> None:
    await change_thing(delivery.event.subject, MINE, work)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "_PAUSES", (0.0, 0.0))


@pytest.fixture
def tools() -> Tools:
    return Tools()


@pytest.fixture
def consumer(database: Database, tools: Tools) -> Consumer[Tools]:
    return Consumer("readers", database, subscriptions, tools)


def run_of(count: int, **given: Any) -> list[Envelope]:
    subject = uuid7()
    return [make_event(**({"subject": subject, "company_id": MINE} | given), sequence=n + 1) for n in range(count)]


async def effects(database: Database, subject: UUID | None = None) -> list[int]:
    """The sequence numbers that had an effect, in the order in which they had it."""
    statement = select(EffectRow.sequence).order_by(EffectRow.id)
    async with database.read(EVERYWHERE) as session:
        return list(
            await session.scalars(statement if subject is None else statement.where(EffectRow.subject == subject))
        )


async def parked(database: Database) -> list[tuple[UUID, str, int]]:
    async with database.engine.connect() as connection:
        rows = await connection.execute(select(ParkedRow).order_by(ParkedRow.id))
        return [(row.event_id, row.reason, row.attempts) for row in rows]


async def test_an_event_has_its_effect_once_however_often_it_comes(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    events = run_of(3)
    for delivery in (events, events, events[1:], [*events, *events]):
        await consumer.handle(delivery)
    assert await effects(database) == [1, 2, 3]
    assert len(tools.calls) == 3


async def test_two_deliveries_at_once_have_one_effect(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    events = run_of(5)
    await asyncio.gather(*(consumer.handle(events) for _ in range(3)))
    assert await effects(database) == [1, 2, 3, 4, 5]


async def test_a_batch_is_one_transaction_while_nothing_fails(consumer: Consumer[Tools], database: Database) -> None:
    await consumer.handle([*run_of(3), *run_of(2)])
    async with database.read(EVERYWHERE) as session:
        transactions = await session.scalar(text("SELECT count(DISTINCT xmin::text) FROM effect"))
    assert transactions == 1


async def test_a_poisonous_event_is_parked_and_its_subject_waits_while_others_go_on(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    sick, well = run_of(4), run_of(4)
    tools.poisonous = {sick[1].id}
    await consumer.handle([event for pair in zip(sick, well, strict=True) for event in pair])
    assert await effects(database, sick[0].subject) == [1]
    assert await effects(database, well[0].subject) == [1, 2, 3, 4]
    waits = "waits behind an earlier event of its subject"
    assert await parked(database) == [
        (sick[1].id, "RuntimeError: poison", 0),
        (sick[2].id, waits, 0),
        (sick[3].id, waits, 0),
    ]
    assert tools.calls.count(sick[1].id) == 4
    assert tools.calls.count(sick[2].id) == 0


async def test_what_comes_later_for_a_parked_subject_waits_too(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    sick = run_of(3)
    tools.poisonous = {sick[0].id}
    await consumer.handle(sick[:1])
    tools.poisonous.clear()
    await consumer.handle(sick[1:])
    assert await effects(database) == []
    assert [event for event, _, _ in await parked(database)] == [event.id for event in sick]


async def test_the_parked_are_released_in_order(consumer: Consumer[Tools], database: Database, tools: Tools) -> None:
    sick = run_of(4)
    tools.poisonous = {sick[0].id}
    await consumer.handle(sick)
    tools.poisonous.clear()
    released = [await consumer.retry_due() for _ in range(5)]
    assert released == [1, 1, 1, 1, 0]
    assert await effects(database) == [1, 2, 3, 4]
    assert await parked(database) == []
    await consumer.handle([make_event(subject=sick[0].subject, company_id=MINE, sequence=5)])
    assert await effects(database) == [1, 2, 3, 4, 5]


async def test_a_release_stops_at_the_next_poison(consumer: Consumer[Tools], database: Database, tools: Tools) -> None:
    sick = run_of(3)
    tools.poisonous = {sick[0].id, sick[1].id}
    await consumer.handle(sick)
    tools.poisonous = {sick[1].id}
    assert [await consumer.retry_due() for _ in range(3)] == [1, 0, 0]
    assert await effects(database) == [1]
    assert [(event, attempts) for event, _, attempts in await parked(database)] == [(sick[1].id, 1), (sick[2].id, 0)]


async def test_a_failed_retry_waits_longer_each_time_and_never_too_long(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    (sick,) = run_of(1)
    tools.poisonous = {sick.id}
    await consumer.handle([sick])
    pauses = []
    for attempts in (0, 1, 5, 9, 10, 43, 1024, 10**9):
        async with database.engine.begin() as connection:
            await connection.execute(update(ParkedRow).values(attempts=attempts))
        await Parking(database.engine).postpone(sick, "still")
        async with database.engine.connect() as connection:
            pause = await connection.scalar(
                text("SELECT round(extract(epoch FROM next_attempt_at - now())) FROM parked_event")
            )
        pauses.append(int(pause))
    assert pauses == [1, 2, 32, 512, 600, 600, 600, 600]


async def test_a_repeated_delivery_of_the_parked_changes_nothing(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    sick = run_of(2)
    tools.poisonous = {sick[0].id}
    await consumer.handle(sick)
    before = await parked(database)
    await consumer.handle(sick)
    assert await parked(database) == before


async def test_what_was_handled_and_comes_again_behind_a_parked_one_has_no_second_effect(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    sick = run_of(2)
    tools.poisonous = {sick[1].id}
    await consumer.handle(sick)
    await consumer.handle(sick)
    tools.poisonous.clear()
    while await consumer.retry_due():
        pass
    assert await effects(database) == [1, 2]
    assert await parked(database) == []


async def test_a_reason_that_cannot_be_stored_as_it_is_does_not_lose_the_event(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    (sick,) = run_of(1)
    tools.poisonous, tools.reason = {sick.id}, "\x00" + "long" * 5000
    await consumer.handle([sick])
    ((event, reason, _),) = await parked(database)
    assert event == sick.id
    assert reason.startswith("RuntimeError: longlong")
    assert len(reason) == 2000


@pytest.mark.parametrize("data", [{}, {"name": 7}, {"other": "x"}])
async def test_data_that_the_handler_cannot_read_is_parked(
    data: dict[str, Any], consumer: Consumer[Tools], database: Database
) -> None:
    (sick,) = run_of(1, data=data)
    await consumer.handle([sick])
    ((event, reason, _),) = await parked(database)
    assert (event, reason.split(":")[0]) == (sick.id, "ValidationError")


async def test_more_data_than_the_handler_reads_is_no_matter(consumer: Consumer[Tools], database: Database) -> None:
    await consumer.handle(run_of(1, data={"name": "x", "added_later": 1}))
    assert await effects(database) == [1]


async def test_a_handler_sees_its_events_company_and_no_other(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    async with database.work(EVERYWHERE) as work:
        await change_thing(uuid7(), MINE, work)
        await change_thing(uuid7(), THEIRS, work)
    counted = [make_event(type="things.counted.v1", company_id=company) for company in (MINE, THEIRS, None, MINE)]
    await consumer.handle(counted)
    assert sorted(map(sorted, tools.seen)) == sorted(map(sorted, [{MINE}, {THEIRS}, {MINE, THEIRS}, {MINE}]))


async def test_a_handler_cannot_write_into_another_company(consumer: Consumer[Tools], database: Database) -> None:
    await consumer.handle([make_event(type="thing.copied.v1", company_id=MINE)])
    ((_, reason, _),) = await parked(database)
    assert "row-level security" in reason
    async with database.read(EVERYWHERE) as session:
        assert list(await session.scalars(select(ThingRow.id))) == []


async def test_what_a_handler_emits_names_its_cause(consumer: Consumer[Tools], database: Database) -> None:
    given = f"00-{'a' * 32}-{'b' * 16}-01"
    cause = make_event(source="others", type="other.changed.v1", company_id=MINE, request_id="r-7", traceparent=given)
    await consumer.handle([cause])
    async with database.engine.connect() as connection:
        told = await connection.execute(text("SELECT causation_id, request_id, traceparent FROM event"))
        assert told.one() == (cause.id, "r-7", given)


async def test_log_lines_of_a_handler_carry_the_request_that_began_it(consumer: Consumer[Tools], tools: Tools) -> None:
    await consumer.handle(run_of(1, request_id="r-8"))
    assert tools.seen == ["r-8"]
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_when_neither_effect_nor_parking_is_certain_the_events_are_refused(
    database: Database, tools: Tools
) -> None:
    absent = Database(new_engine("postgresql+asyncpg://nobody:none@127.0.0.1:9/none"), WALLS)
    broker = InProcessBroker()
    await Consumer("readers", absent, subscriptions, tools).listen(broker)
    with pytest.raises(Fault, match="readers"):
        await broker.publish(run_of(1))
    assert tools.calls == []
    await absent.close()


async def test_a_consumer_listens_once_per_source_and_for_its_types_only(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    broker = InProcessBroker()
    await consumer.listen(broker)
    unknown = make_event(type="thing.unheard_of.v1")
    await broker.publish([*run_of(1), unknown])
    assert await effects(database) == [1]
    assert [subscription.source for subscription in subscriptions.for_group("readers")] == ["others", "things"]


async def test_retrying_goes_on_after_the_database_was_away(
    consumer: Consumer[Tools], database: Database, tools: Tools, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "_PARKED_CHECK_SECONDS", 0.01)
    monkeypatch.setattr("chassis.worker._RETRY_SECONDS", 0.01)
    (sick,) = run_of(1)
    tools.poisonous = {sick.id}
    await consumer.handle([sick])
    tools.poisonous.clear()
    troubles: list[Exception] = [ConnectionRefusedError("away"), Fault("database", "away"), ZeroDivisionError()]
    due = consumer._parking.due

    async def sometimes() -> list[Envelope]:
        if troubles:
            raise troubles.pop()
        return await due()

    monkeypatch.setattr(consumer._parking, "due", sometimes)
    task = asyncio.create_task(keep_trying("parked events", consumer.retry_parked))
    await until(lambda: _is_empty(database))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await effects(database) == [1]


async def _is_empty(database: Database) -> bool:
    return await parked(database) == []


async def test_an_event_that_comes_twice_in_one_batch_has_its_effect_once(
    consumer: Consumer[Tools], database: Database, tools: Tools
) -> None:
    events = run_of(3)
    await consumer.handle([events[0], events[1], events[0], events[1], events[2]])
    assert await effects(database) == [1, 2, 3]
    assert tools.calls == [event.id for event in events]


@pytest.fixture
def sharing(database: Database, tools: Tools) -> Consumer[Tools]:
    return Consumer("readers", database, subscriptions, tools, across_companies=True)


async def transactions(database: Database) -> int:
    """By how many the effects were written."""
    async with database.read(EVERYWHERE) as session:
        return len(set(await session.scalars(select(text("xmin::text::bigint")).select_from(EffectRow))))


async def test_events_of_several_companies_share_a_transaction_where_that_is_wanted(
    consumer: Consumer[Tools], sharing: Consumer[Tools], database: Database
) -> None:
    await sharing.handle([*run_of(2), *run_of(2, company_id=THEIRS)])
    assert (await effects(database), await transactions(database)) == ([1, 2, 1, 2], 1)
    await consumer.handle([*run_of(2), *run_of(2, company_id=THEIRS)])
    assert await transactions(database) == 3


async def test_what_is_shared_reaches_no_company_but_those_of_its_events(
    sharing: Consumer[Tools], database: Database
) -> None:
    counted = {"type": "things.counted.v1"}
    for company in (MINE, THEIRS, UUID(int=3)):
        async with database.work(EVERYWHERE) as work:
            work.session.add(ThingRow(id=uuid7(), company_id=company, name="thing", version=1))
    await sharing.handle([make_event(company_id=MINE, **counted), make_event(company_id=THEIRS, **counted)])
    tools = sharing._tools
    assert tools.seen == [{MINE, THEIRS}] * 2
    await sharing.handle([make_event(company_id=MINE, **counted), make_event(company_id=None, **counted)])
    assert tools.seen[2:] == [{MINE}, {MINE, THEIRS, UUID(int=3)}]


async def test_a_poisonous_event_of_one_company_holds_up_no_other(
    sharing: Consumer[Tools], database: Database, tools: Tools
) -> None:
    mine, theirs = run_of(3), run_of(3, company_id=THEIRS)
    tools.poisonous = {mine[1].id}
    await sharing.handle([event for pair in zip(mine, theirs, strict=True) for event in pair])
    assert await effects(database, mine[0].subject) == [1]
    assert await effects(database, theirs[0].subject) == [1, 2, 3]
    assert [id for id, _, _ in await parked(database)] == [mine[1].id, mine[2].id]
