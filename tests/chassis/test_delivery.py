"""The whole way of an event, from the writer's commit to the consumer's effect, while things fail at random."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis import consumer as consumer_module
from chassis import relay as relay_module
from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from chassis.consumer import Consumer
from chassis.database import Database, UnitOfWork
from chassis.identifiers import uuid7
from chassis.subscriptions import Delivery, Subscriptions
from chassis.tables import EventRow, ParkedRow
from chassis.worker import Worker
from deploy.local.postgres import PostgresServer
from tests.support.things import EffectRow, change_thing

Until = Callable[[Callable[[], Awaitable[bool] | bool]], Awaitable[None]]
WRITER = Actor.system("writer", EVERY_COMPANY)


@dataclass(frozen=True, slots=True)
class Named:
    name: str


subscriptions: Subscriptions[random.Random] = Subscriptions()


@subscriptions.on("things", "thing.changed.v1", Named)
async def leave_an_effect(delivery: Delivery[Named], work: UnitOfWork, dice: random.Random) -> None:
    event = delivery.event
    values = {"event_id": event.id, "subject": event.subject, "sequence": event.sequence}
    work.session.add(EffectRow(**values, company_id=event.company_id))
    await work.session.flush()
    if dice.random() < 0.05:
        raise RuntimeError("by chance")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "_STANDBY_SECONDS", 0.01)
    monkeypatch.setattr(relay_module, "_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(consumer_module, "_PAUSES", (0.0,))
    monkeypatch.setattr(consumer_module, "_PARKED_CHECK_SECONDS", 0.02)
    monkeypatch.setattr("chassis.worker._RETRY_SECONDS", 0.01)


async def write(database: Database, dice: random.Random, subjects: dict[UUID, UUID], count: int) -> None:
    for _ in range(count):
        subject = dice.choice(list(subjects))
        async with database.work(WRITER) as work:
            await change_thing(subject, subjects[subject], work)
            await asyncio.sleep(dice.random() * 0.005)


async def kill_connections(server: PostgresServer, times: int) -> None:
    """All idle ones of the service, the leader's among them; those in a transaction are the writers'."""
    for _ in range(times):
        await asyncio.sleep(0.08)
        async with server.session() as session:
            await session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'test_things' AND query LIKE '%event SET position%' AND state = 'idle'"
            )


def settled(database: Database) -> Callable[[], Awaitable[bool]]:
    async def nothing_left() -> bool:
        unpublished = select(func.count()).select_from(EventRow).where(EventRow.published_at.is_(None))
        waiting = select(func.count()).select_from(ParkedRow)
        async with database.engine.connect() as connection:
            return not await connection.scalar(unpublished) and not await connection.scalar(waiting)

    return nothing_left


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_committed_event_has_one_effect_in_the_order_of_its_subject(
    seed: int, database: Database, until: Until, postgres_server: PostgresServer
) -> None:
    dice = random.Random(seed)  # noqa: S311  # a game, not a secret
    companies = [uuid7(), uuid7()]
    subjects = {uuid7(): company for company in companies for _ in range(3)}
    for subject, company in subjects.items():
        async with database.work(WRITER) as work:
            await change_thing(subject, company, work)
    broker = InProcessBroker()
    workers = [Worker("things", database, Consumer("readers", database, subscriptions, dice)) for _ in range(2)]
    await workers[0].subscribe(broker)
    running = [asyncio.create_task(worker.run(broker)) for worker in workers]
    await asyncio.gather(*(write(database, dice, subjects, 20) for _ in range(3)), kill_connections(postgres_server, 3))
    await until(settled(database))
    assert not any(task.done() for task in running)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    async with database.read(WRITER) as session:
        effects = (await session.execute(select(EffectRow).order_by(EffectRow.id))).scalars().all()
    assert len(effects) == len({effect.event_id for effect in effects}) == 66
    for subject in subjects:
        seen = [effect.sequence for effect in effects if effect.subject == subject]
        assert seen == list(range(1, len(seen) + 1))
