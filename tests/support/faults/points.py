"""Points in the life of an event at which a process can be made to die, or a transaction to commit late.

A point is armed by a file of its name in a directory that all processes know. The first process that gets there renames
the file, and takes it away when it is done with what shall happen there. Nothing of this is in the code of the
registry: tests.support.faults.process puts it around.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from chassis.broker.amqp import AmqpBroker
from chassis.broker.amqp.handing import Handing
from chassis.database import OWN_ACCORD, Cause, Database, UnitOfWork
from chassis.events import Envelope

HALF_A_BATCH: Final = "half-a-batch"  # some of a batch is confirmed, the rest is not sent
CONFIRMED: Final = "confirmed"  # a batch is confirmed, and not marked in the table
TAKEN: Final = "taken"  # effects are committed, and not acknowledged
SLOW: Final = "slow"  # a batch is taken from the table, and for a while not published
COMMITTED: Final = "committed"  # a change is committed, and nobody is told
LATE: Final = "late"  # a transaction has drawn the ids of its events and commits when later ones are published

HERE: Final = ".here"  # what a file's name gets while a process is at its point
DIRECTORY: Final = "FAULTS_DIRECTORY"  # the variable that names it
_SLOW_SECONDS: Final = 2
_OVERTAKEN_WITHIN: Final = 30  # seconds
_OWN = text("SELECT min(id) FROM event WHERE xmin = pg_current_xact_id()::xid")
_OVERTAKEN = text("SELECT EXISTS (SELECT FROM event WHERE id > :own AND published_at IS NOT NULL)")

_publish, _attempt, _work = AmqpBroker.publish, Handing._attempt, Database.work


def arrive(point: str) -> bool:
    """Whether it is armed; then it is not any more, for others."""
    try:
        _file(point).rename(_file(point + HERE))
    except FileNotFoundError:
        return False
    return True


def leave(point: str) -> None:
    """What had to happen there has happened."""
    _file(point + HERE).unlink()


def die(point: str) -> None:
    """As by `kill -9`: nothing is said goodbye to."""
    leave(point)
    os.kill(os.getpid(), signal.SIGKILL)


def _file(name: str) -> Path:
    return Path(os.environ[DIRECTORY]) / name


def die_or_dawdle_while_publishing() -> None:
    async def publish(self: AmqpBroker, events: Sequence[Envelope]) -> None:
        if arrive(SLOW):
            await asyncio.sleep(_SLOW_SECONDS)
            leave(SLOW)
        if len(events) > 1 and arrive(HALF_A_BATCH):
            await _publish(self, events[: len(events) // 2])
            die(HALF_A_BATCH)
        await _publish(self, events)
        if arrive(CONFIRMED):
            die(CONFIRMED)

    AmqpBroker.publish = publish  # type: ignore[method-assign]  # the purpose


def die_before_acknowledging() -> None:
    async def attempt(self: Handing, events: Sequence[Envelope]) -> BaseException | None:
        failure = await _attempt(self, events)
        if failure is None and arrive(TAKEN):
            die(TAKEN)
        return failure

    Handing._attempt = attempt  # type: ignore[method-assign]  # the purpose


def commit_late_or_never_answer() -> None:
    @asynccontextmanager
    async def work(self: Database, actor: Any, cause: Cause = OWN_ACCORD) -> AsyncIterator[UnitOfWork]:
        async with _work(self, actor, cause) as unit:
            yield unit
            if unit.emitted and arrive(LATE):
                await unit.session.flush()
                await _overtaken(self, unit)
                leave(LATE)
        if unit.emitted and arrive(COMMITTED):
            die(COMMITTED)

    Database.work = work  # type: ignore[method-assign]  # the purpose


async def _overtaken(database: Database, unit: UnitOfWork) -> None:
    """Returns when an event that drew its id later has been published, though ours is not committed yet."""
    own = await unit.session.scalar(_OWN)
    async with asyncio.timeout(_OVERTAKEN_WITHIN), database.engine.connect() as connection:
        others = await connection.execution_options(isolation_level="AUTOCOMMIT")
        while not await others.scalar(_OVERTAKEN, {"own": own}):
            await asyncio.sleep(0.02)
