"""Writers of events whose transactions commit in another order than they drew their ids."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import TypeAlias
from uuid import UUID

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Database, UnitOfWork
from chassis.identifiers import uuid7
from tests.support.things import change_thing

Step: TypeAlias = Callable[[], Awaitable[None]]
WRITER = Actor.system("writer", EVERY_COMPANY)


async def write_once(database: Database, subject: UUID, company: UUID) -> None:
    async with database.work(WRITER) as work:
        await change_thing(subject, company, work)


async def write_much(database: Database, dice: random.Random, *, writers: int = 6, each: int = 12) -> None:
    """Transactions of different lengths over few subjects: they commit in another order than they drew their ids."""
    company, subjects = uuid7(), [uuid7() for _ in range(4)]
    for subject in subjects:
        await write_once(database, subject, company)

    async def write() -> None:
        for _ in range(each):
            async with database.work(WRITER) as work:
                await change_thing(dice.choice(subjects), company, work)
                await asyncio.sleep(dice.random() * 0.01)

    await asyncio.gather(*(write() for _ in range(writers)))


async def commit_late(database: Database, step: Step, prepare: Callable[[UnitOfWork], Awaitable[None]]) -> None:
    """One transaction draws its ids first and commits last, one is rolled back; `step` publishes in between."""
    company = uuid7()
    async with AsyncExitStack() as stack:
        late = await stack.enter_async_context(database.work(WRITER))
        await change_thing(uuid7(), company, late)
        await prepare(late)
        with suppress(ZeroDivisionError):
            async with database.work(WRITER) as undone:
                await change_thing(uuid7(), company, undone)
                await prepare(undone)
                raise ZeroDivisionError
        async with database.work(WRITER) as early:
            await change_thing(uuid7(), company, early)
            await prepare(early)
        await step()
    await step()


async def nothing_more(_: UnitOfWork) -> None:
    """The writer does not touch positions."""
