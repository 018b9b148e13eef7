"""Transactions and walls: what an actor sees and may change, also where a query forgot its condition or things fail."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import Executable, Insert, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Cause, Database
from chassis.engine import new_engine
from chassis.errors import Fault, Invalid
from chassis.identifiers import uuid7
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from tests.support.things import WALLS, ThingRow, change_thing, user

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
MINE, THEIRS = UUID(int=1), UUID(int=2)
EVERYWHERE = Actor.system("test", EVERY_COMPANY)
NOT_ALLOWED = "row-level security"


@pytest.fixture
async def things(database: Database) -> dict[UUID, UUID]:
    """One thing in each of the two companies, by company."""
    ids = {MINE: uuid7(), THEIRS: uuid7()}
    async with database.work(EVERYWHERE) as work:
        for company, thing in ids.items():
            await change_thing(thing, company, work)
    return ids


async def companies_seen(database: Database, actor: Actor) -> set[UUID]:
    """By a query that forgot its condition."""
    async with database.read(actor) as session:
        return set(await session.scalars(select(ThingRow.company_id)))


async def test_without_being_told_anything_a_transaction_sees_nothing(
    database: Database, things: dict[UUID, UUID]
) -> None:
    async with database.engine.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM thing")) == 0


async def test_the_owner_of_the_table_is_behind_its_walls_too(
    thing_urls: DatabaseUrls, things: dict[UUID, UUID]
) -> None:
    engine = new_engine(thing_urls.owner)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM thing")) == 0
    await engine.dispose()


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (user(), set()),
        (user(view=frozenset()), set()),
        (user(add=EVERY_COMPANY, edit=EVERY_COMPANY, delete=EVERY_COMPANY), set()),
        (user(view=frozenset({MINE})), {MINE}),
        (user(view=frozenset({MINE, UUID(int=9)})), {MINE}),
        (user(view=frozenset({MINE, THEIRS})), {MINE, THEIRS}),
        (user(view=EVERY_COMPANY), {MINE, THEIRS}),
        (Actor.system("test", [THEIRS]), {THEIRS}),
        (Actor.system("test", []), set()),
    ],
    ids=["nothing held", "view nowhere", "all but view", "one", "one and an unknown", "two", "all", "system", "lame"],
)
async def test_a_query_without_condition_shows_only_the_scope(
    actor: Actor, seen: set[UUID], database: Database, things: dict[UUID, UUID]
) -> None:
    assert await companies_seen(database, actor) == seen


async def test_a_big_scope_is_told_whole(database: Database, things: dict[UUID, UUID]) -> None:
    many = frozenset({*(uuid7() for _ in range(2000)), MINE})
    assert await companies_seen(database, user(view=many)) == {MINE}


async def test_adding_is_open_where_the_right_is_held_and_nowhere_else(database: Database) -> None:
    actor = user(view=EVERY_COMPANY, add=frozenset({MINE}), edit=EVERY_COMPANY)
    async with database.work(actor) as work:
        await work.session.execute(_added(MINE))
    with pytest.raises(DBAPIError, match=NOT_ALLOWED):
        async with database.work(actor) as work:
            await work.session.execute(_added(THEIRS))
    assert await companies_seen(database, EVERYWHERE) == {MINE}


async def test_editing_is_open_where_the_right_is_held_and_nowhere_else(
    database: Database, things: dict[UUID, UUID]
) -> None:
    async with database.work(user(view=EVERY_COMPANY, add=EVERY_COMPANY, edit=frozenset({MINE}))) as work:
        changed = await work.session.scalars(update(ThingRow).values(name="new").returning(ThingRow.company_id))
        assert list(changed) == [MINE]


async def test_editing_needs_sight(database: Database, things: dict[UUID, UUID]) -> None:
    async with database.work(user(edit=EVERY_COMPANY)) as work:
        assert list(await work.session.scalars(update(ThingRow).values(name="new").returning(ThingRow.id))) == []


async def test_editing_does_not_move_a_row_into_another_company(database: Database, things: dict[UUID, UUID]) -> None:
    with pytest.raises(DBAPIError, match=NOT_ALLOWED):
        async with database.work(user(view=EVERY_COMPANY, edit=frozenset({MINE}))) as work:
            await work.session.execute(update(ThingRow).values(company_id=THEIRS))
    assert await companies_seen(database, EVERYWHERE) == {MINE, THEIRS}


async def test_deleting_is_open_where_the_right_is_held_and_nowhere_else(
    database: Database, things: dict[UUID, UUID]
) -> None:
    async with database.work(user(view=EVERY_COMPANY, edit=EVERY_COMPANY, delete=frozenset({MINE}))) as work:
        assert list(await work.session.scalars(delete(ThingRow).returning(ThingRow.company_id))) == [MINE]
    assert await companies_seen(database, EVERYWHERE) == {THEIRS}


@pytest.mark.parametrize(
    "statement",
    [
        insert(ThingRow).values(id=uuid7(), company_id=MINE, name="thing", version=1),
        update(ThingRow).values(name="new"),
        delete(ThingRow),
    ],
    ids=["insert", "update", "delete"],
)
async def test_a_read_session_cannot_write(statement: Executable, database: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with database.read(EVERYWHERE) as session:
            await session.execute(statement)


async def test_a_read_session_cannot_make_itself_a_writing_one(database: Database) -> None:
    with pytest.raises(DBAPIError, match="read-write mode"):
        async with database.read(EVERYWHERE) as session:
            await session.execute(text("SET TRANSACTION READ WRITE"))


async def test_what_was_told_does_not_survive_the_transaction(thing_urls: DatabaseUrls, database: Database) -> None:
    single = Database(new_engine(thing_urls.app, connections=1), WALLS)
    async with single.work(EVERYWHERE) as work:
        await change_thing(uuid7(), MINE, work)
        backend = await work.session.scalar(text("SELECT pg_backend_pid()"))
    async with single.engine.connect() as connection:
        told = text("SELECT pg_backend_pid(), current_setting('app.view_all', true), count(*) FROM thing")
        assert (await connection.execute(told)).one() == (backend, "", 0)
    assert await companies_seen(single, user(view=frozenset({THEIRS}))) == set()
    async with single.work(user(view=frozenset({MINE}), edit=frozenset({MINE}))) as work:
        assert await _count(work.session) == 1
    await single.close()


async def test_a_setting_that_was_left_on_the_connection_opens_nothing(
    thing_urls: DatabaseUrls, database: Database, things: dict[UUID, UUID]
) -> None:
    single = Database(new_engine(thing_urls.app, connections=1), WALLS)
    async with single.engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.view_all', 'on', false)"))
    assert await companies_seen(single, user(view=frozenset({THEIRS}))) == {THEIRS}
    await single.close()


async def test_a_unit_of_work_that_raises_leaves_neither_row_nor_event(database: Database) -> None:
    calls: list[str] = []
    database.when_emitted(lambda: calls.append("woken"))

    async def fail() -> None:
        async with database.work(EVERYWHERE) as work:
            await change_thing(uuid7(), MINE, work)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.read(EVERYWHERE) as session:
        assert await _count(session) == 0
        assert await session.scalar(text("SELECT count(*) FROM event")) == 0
    assert calls == []


async def test_only_commits_with_events_are_told(database: Database) -> None:
    calls: list[str] = []
    database.when_emitted(lambda: calls.append("woken"))
    async with database.work(EVERYWHERE) as work:
        await work.session.execute(_added(MINE))
    assert calls == []
    async with database.work(EVERYWHERE) as work:
        await change_thing(uuid7(), MINE, work)
        assert calls == []
    assert calls == ["woken"]


async def test_an_event_holds_who_caused_it_and_what_happened(database: Database) -> None:
    thing, cause = uuid7(), uuid7()
    async with database.work(EVERYWHERE, Cause(request_id="r-1", traceparent="00-a-b-01", causation_id=cause)) as work:
        await change_thing(thing, MINE, work)
        await change_thing(thing, MINE, work)
    async with database.read(EVERYWHERE) as session:
        rows = (await session.execute(text("SELECT * FROM event ORDER BY id"))).mappings().all()
    assert [(row["subject"], row["sequence"], row["position"]) for row in rows] == [(thing, 1, None), (thing, 2, None)]
    assert {(row["request_id"], row["traceparent"], row["causation_id"]) for row in rows} == {
        ("r-1", "00-a-b-01", cause)
    }
    assert rows[0]["data"] == {"name": "thing"}


async def test_a_cancelled_unit_of_work_stays_cancelled_and_gives_its_connection_back(
    thing_urls: DatabaseUrls, database: Database, until: Until
) -> None:
    single = Database(new_engine(thing_urls.app, connections=1, waiting_seconds=5), WALLS)

    async def sleep_in_the_database() -> None:
        async with single.work(EVERYWHERE) as work:
            await change_thing(uuid7(), MINE, work)
            await work.session.execute(text("SELECT pg_sleep(60)"))

    for _ in range(3):
        task = asyncio.create_task(sleep_in_the_database())
        await until(lambda: _sleeps(database))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await companies_seen(single, EVERYWHERE) == set()
    await single.close()


async def test_a_time_limit_round_a_query_holds(database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), database.read(EVERYWHERE) as session:
            await session.execute(text("SELECT pg_sleep(60)"))


async def test_a_statement_beyond_its_limit_is_a_fault(thing_urls: DatabaseUrls) -> None:
    hasty = Database(new_engine(thing_urls.app, statement_seconds=0.1), WALLS)
    with pytest.raises(Fault, match="in time"):
        async with hasty.read(EVERYWHERE) as session:
            await session.execute(text("SELECT pg_sleep(60)"))
    await hasty.close()


async def test_a_pool_without_a_free_connection_is_a_fault(thing_urls: DatabaseUrls) -> None:
    single = Database(new_engine(thing_urls.app, connections=1, waiting_seconds=0.05), WALLS)
    async with single.work(EVERYWHERE):
        with pytest.raises(Fault, match="all connections are in use"):
            async with single.work(EVERYWHERE):
                pass
        with pytest.raises(Fault, match="all connections are in use"):
            await single.ping()
    await single.ping()
    await single.close()


async def test_a_database_that_is_not_there_is_a_fault() -> None:
    absent = Database(new_engine("postgresql+asyncpg://nobody:none@127.0.0.1:9/none"), WALLS)
    with pytest.raises(Fault, match="refused"):
        async with absent.read(EVERYWHERE):
            pass
    with pytest.raises(Fault, match="refused"):
        await absent.ping()
    await absent.close()


async def test_wrong_credentials_are_a_fault_without_the_password(thing_urls: DatabaseUrls) -> None:
    wrong = thing_urls.app.replace("things_app:", "things_app:hunter2")
    stranger = Database(new_engine(wrong), WALLS)
    with pytest.raises(Fault) as caught:
        await stranger.ping()
    assert "hunter2" not in str(caught.value)
    await stranger.close()


async def test_a_connection_that_dies_in_a_transaction_is_a_fault_and_is_replaced(
    database: Database, postgres_server: PostgresServer
) -> None:
    async def die() -> None:
        async with database.work(EVERYWHERE) as work:
            backend = await work.session.scalar(text("SELECT pg_backend_pid()"))
            async with postgres_server.session() as session:
                await session.execute(f"SELECT pg_terminate_backend({backend})")
            await work.session.execute(text("SELECT 1"))

    with pytest.raises(Fault, match="lost"):
        await die()
    await database.ping()


async def test_of_two_that_wait_for_one_another_one_gets_a_fault(database: Database, things: dict[UUID, UUID]) -> None:
    barrier = asyncio.Barrier(2)

    async def change(first: UUID, second: UUID) -> None:
        async with database.work(EVERYWHERE) as work:
            await change_thing(things[first], first, work)
            await barrier.wait()
            await change_thing(things[second], second, work)

    outcomes = await asyncio.gather(change(MINE, THEIRS), change(THEIRS, MINE), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Fault]


async def test_text_that_cannot_be_stored_is_invalid_and_not_a_bug(database: Database) -> None:
    with pytest.raises(Invalid, match=r"U\+0000"):
        async with database.work(EVERYWHERE) as work:
            await work.session.execute(_added(MINE).values(name="a\x00b"))


async def test_a_broken_statement_stays_a_bug(database: Database) -> None:
    with pytest.raises(DBAPIError, match="division by zero"):
        async with database.read(EVERYWHERE) as session:
            await session.execute(text("SELECT 1/0"))


def _added(company: UUID) -> Insert:
    return insert(ThingRow).values(id=uuid7(), company_id=company, name="thing", version=1)


async def _count(session: AsyncSession) -> int | None:
    return await session.scalar(select(func.count()).select_from(ThingRow))


async def _sleeps(database: Database) -> bool:
    async with database.engine.connect() as connection:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
        return bool(await connection.scalar(text(busy)))


async def test_a_later_event_of_a_subject_has_a_later_time_also_when_its_transaction_began_earlier(
    database: Database,
) -> None:
    thing = uuid7()
    async with database.work(EVERYWHERE) as waiting:
        async with database.work(EVERYWHERE) as quick:
            await change_thing(thing, MINE, quick)
        await change_thing(thing, MINE, waiting)
    async with database.read(EVERYWHERE) as session:
        times = list(await session.scalars(text("SELECT time FROM event ORDER BY sequence")))
    assert times == sorted(times)
    assert len(set(times)) == 2


async def test_a_wall_makes_its_list_of_companies_into_ids_once_and_not_for_every_row(database: Database) -> None:
    async with database.read(user(view=frozenset({uuid7(), uuid7()}))) as session:
        plan = "\n".join(await session.scalars(text("EXPLAIN SELECT FROM thing")))
    assert "company_id = ANY ((InitPlan" in plan
    assert "::uuid[]" not in plan
