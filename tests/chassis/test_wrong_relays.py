"""The checker of the relay's tests under relays that are wrong on purpose.

Were these not found out, the tests of the real relay would show little.
"""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import relay as relay_module
from chassis.database import Database, UnitOfWork
from chassis.events import Envelope
from chassis.identifiers import uuid7
from chassis.tables import EventRow
from tests.support.events import read_log, violations
from tests.support.things import change_thing
from tests.support.writers import WRITER, commit_late, nothing_more


class IdCursor:
    """Remembers the highest id it has seen, and numbers what it publishes."""

    def __init__(self) -> None:
        self.delivered: list[Envelope] = []
        self._seen = 0

    async def step(self, connection: AsyncConnection) -> None:
        rows = await connection.execute(select(EventRow).where(EventRow.id > self._seen).order_by(EventRow.id))
        for row in rows.all():
            self._seen = row.id
            position = len(self.delivered) + 1
            await connection.execute(update(EventRow).where(EventRow.id == row.id).values(position=position))
            self.delivered.append(_envelope(row, position))
        await connection.commit()


class GivenPosition:
    """Publishes from the last position on, where the writers' own transactions give the positions."""

    def __init__(self) -> None:
        self.delivered: list[Envelope] = []

    async def step(self, connection: AsyncConnection) -> None:
        last = max((event.position for event in self.delivered), default=0)
        rows = await connection.execute(select(EventRow).where(EventRow.position > last).order_by(EventRow.position))
        self.delivered += [_envelope(row, row.position) for row in rows.all()]
        await connection.commit()


async def give_position(work: UnitOfWork) -> None:
    """Position given before the commit, from a sequence."""
    await work.session.execute(text("UPDATE event SET position = id WHERE position IS NULL"))


async def test_the_checker_finds_the_loss_of_a_cursor_over_ids(database: Database) -> None:
    naive = IdCursor()
    async with database.engine.connect() as connection:
        await commit_late(database, lambda: naive.step(connection), nothing_more)
    assert "lost" in violations(await read_log(database.engine), naive.delivered)


async def test_the_checker_finds_positions_given_before_the_commit(database: Database) -> None:
    naive = GivenPosition()
    async with database.engine.connect() as connection:
        await commit_late(database, lambda: naive.step(connection), give_position)
    assert violations(await read_log(database.engine), naive.delivered) == {"lost", "gap"}


@pytest.mark.parametrize(
    ("order", "broken"),
    [
        ([1, 2, 3], set()),
        ([1, 2, 2, 3, 1], set()),
        ([1, 3, 2], {"position order", "subject order"}),
        ([1, 2], {"lost"}),
        ([2, 3], {"lost", "gap", "subject order"}),
    ],
)
async def test_the_checker_knows_repetition_from_disorder(
    order: list[int], broken: set[str], database: Database
) -> None:
    subject, company = uuid7(), uuid7()
    async with database.work(WRITER) as work:
        for _ in range(3):
            await change_thing(subject, company, work)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE event SET position = id"))
        rows = {row.id: row for row in (await connection.execute(select(EventRow))).all()}
    delivered = [_envelope(rows[number], number) for number in order]
    assert violations(await read_log(database.engine), delivered) == broken


def _envelope(row: Any, position: int) -> Envelope:
    return replace(relay_module._envelope("things", row), position=position)
