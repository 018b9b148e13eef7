"""Loaders of one request that read at the same time share a transaction, and no error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY
from chassis.database import Database, ReadSession
from chassis.graphql.reading import SharedReads
from tests.support.things import user

ACTOR = user(view=EVERY_COMPANY)
_TRANSACTION = select(func.pg_current_snapshot(), func.now())  # `now` is the beginning of the transaction


class _Counted:
    """Counts the transactions that begin and those that are open."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.begun = 0
        self.open = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        self.begun += 1
        self.open += 1
        try:
            async with self._database.read(ACTOR) as session:
                yield session
        finally:
            self.open -= 1


@pytest.fixture
def counted(database: Database) -> _Counted:
    return _Counted(database)


@pytest.fixture
def reads(counted: _Counted) -> SharedReads:
    return SharedReads(counted.read)


async def _began(reads: SharedReads) -> object:
    async with reads.read() as session:
        return (await session.execute(_TRANSACTION)).one().now


async def _fail(reads: SharedReads) -> None:
    async with reads.read() as session:
        await session.execute(text("SELECT 1 / 0"))


async def test_who_reads_at_the_same_time_shares_a_transaction(reads: SharedReads, counted: _Counted) -> None:
    began = await asyncio.gather(*(_began(reads) for _ in range(3)))
    assert len(set(began)) == 1
    assert (counted.begun, counted.open) == (1, 0)


async def test_who_reads_afterwards_has_another_one(reads: SharedReads, counted: _Counted) -> None:
    await _began(reads)
    await _began(reads)
    assert (counted.begun, counted.open) == (2, 0)


async def test_a_statement_that_fails_fails_for_nobody_else(reads: SharedReads, counted: _Counted) -> None:
    first, failed, last = await asyncio.gather(_began(reads), _fail(reads), _began(reads), return_exceptions=True)
    assert isinstance(failed, DBAPIError)
    assert not isinstance(first, BaseException)
    assert not isinstance(last, BaseException)
    assert (counted.begun, counted.open) == (2, 0)


async def test_who_gives_up_waiting_leaves_nothing_open(reads: SharedReads, counted: _Counted) -> None:
    async with reads.read():
        waiting = asyncio.create_task(_began(reads))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (counted.begun, counted.open) == (1, 0)


async def test_who_gives_up_while_another_one_waits_leaves_the_turn_to_that_one(
    reads: SharedReads, counted: _Counted
) -> None:
    async def hold() -> None:
        async with reads.read():
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    while not counted.open:
        await asyncio.sleep(0.01)
    waiting = asyncio.create_task(_began(reads))
    await asyncio.sleep(0)
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    assert await waiting is not None
    assert counted.open == 0
