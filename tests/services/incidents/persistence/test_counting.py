"""The numbers that a trigger keeps: they follow every change, and each is only for its audience."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.access import Actor
from chassis.identifiers import uuid7
from deploy.local.postgres import PostgresServer
from services.incidents.domain import permissions
from services.incidents.persistence.counting import OPEN_TO_ALL, RESTRICTED
from services.incidents.persistence.rows import CountRow, IncidentRow
from tests.support.casebook import Casebook
from tests.support.rows_of_incidents import incident_row, keep
from tests.support.services import SYSTEM, user

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
Numbers = Mapping[tuple[UUID, UUID], int]


async def kept(server: PostgresServer) -> Numbers:
    """By audience and company, as the superuser sees them; not what is zero."""
    async with server.session("test_incidents") as session:
        rows = await session.fetch("SELECT audience, company_id, number FROM incident_count WHERE number <> 0")
    return {(row["audience"], row["company_id"]): row["number"] for row in rows}


async def seen_by(casebook: Casebook, actor: Actor) -> Numbers:
    """What a query without any condition finds."""
    async with casebook.service.database.read(actor) as session:
        rows = (await session.scalars(select(CountRow))).all()
    return {(row.audience, row.company_id): row.number for row in rows}


async def counted(casebook: Casebook) -> Numbers:
    """The same, from the incidents themselves."""
    found: Counter[tuple[UUID, UUID]] = Counter()
    async with casebook.service.database.read(SYSTEM) as session:
        for row in await session.scalars(select(IncidentRow).where(IncidentRow.deleted_at.is_(None))):
            audiences = {RESTRICTED, *row.members} if row.restricted else {OPEN_TO_ALL}
            found.update((audience, row.company_id) for audience in audiences)
    return found


async def test_the_numbers_follow_every_change(casebook: Casebook, postgres_server: PostgresServer) -> None:
    draw = random.Random(7)  # noqa: S311  # drawn for a test
    people, companies = [uuid7() for _ in range(4)], [casebook.acme, casebook.north]
    rows = [incident_row(draw.choice(companies), NOW) for _ in range(30)]
    await keep(casebook.service, rows)
    assert sum((await kept(postgres_server)).values()) == 30

    for _ in range(60):
        restricted = draw.random() < 0.6
        change = {
            "company_id": draw.choice(companies),
            "restricted": restricted,
            "members": draw.choices(people, k=3) if restricted else [],
            "deleted_at": draw.choice([None, None, NOW]),
        }
        chosen = draw.sample(sorted(change), draw.randrange(1, 5))
        some = [row.id for row in draw.sample(rows, draw.randrange(1, 4))]
        async with casebook.service.database.work(SYSTEM) as work:
            statement = update(IncidentRow).where(IncidentRow.id.in_(some))
            await work.session.execute(statement.values({name: change[name] for name in chosen}))
        assert await kept(postgres_server) == await counted(casebook)


async def test_what_is_rolled_back_is_not_counted(casebook: Casebook, postgres_server: PostgresServer) -> None:
    async with casebook.service.database.work(SYSTEM) as work:
        work.session.add(incident_row(casebook.acme, NOW))
        await work.session.flush()
        await work.session.rollback()

    assert await kept(postgres_server) == {}


async def test_each_number_is_for_its_audience(casebook: Casebook) -> None:
    ada, bob = casebook.ada, casebook.bob
    open_one, secret = incident_row(casebook.acme, NOW), incident_row(casebook.acme, NOW)
    secret.restricted, secret.members = True, [ada]
    await keep(casebook.service, [open_one, secret, incident_row(casebook.north, NOW)])
    acme = [casebook.acme]
    view, supervise = {permissions.VIEW: acme}, {permissions.VIEW_RESTRICTED: acme}

    seen = {
        name: await seen_by(casebook, actor)
        for name, actor in {
            "member": user(view, id=ada),
            "other": user(view, id=bob),
            "supervisor": user(view | supervise, id=bob),
            "without the company": user({permissions.VIEW: [casebook.north]}, id=ada),
            "supervisor who may not view": user(supervise),
            "nobody": user(),
        }.items()
    }

    here = (OPEN_TO_ALL, casebook.acme)
    assert seen == {
        "member": {here: 1, (ada, casebook.acme): 1},
        "other": {here: 1},
        "supervisor": {here: 1, (RESTRICTED, casebook.acme): 1},
        "without the company": {(OPEN_TO_ALL, casebook.north): 1},
        "supervisor who may not view": {},
        "nobody": {},
    }


async def test_nobody_writes_a_number(casebook: Casebook, postgres_server: PostgresServer) -> None:
    await keep(casebook.service, [incident_row(casebook.acme, NOW)])
    before = await kept(postgres_server)

    async with casebook.service.database.work(casebook.administrator()) as work:
        await work.session.execute(update(CountRow).values(number=0))
    with pytest.raises(DBAPIError, match="row-level security"):
        async with casebook.service.database.work(casebook.administrator()) as work:
            work.session.add(CountRow(audience=OPEN_TO_ALL, company_id=uuid7(), number=5))

    assert await kept(postgres_server) == before


async def test_the_wall_of_the_numbers_is_shut_again_behind_a_change(casebook: Casebook) -> None:
    async with casebook.service.database.work(SYSTEM) as work:
        work.session.add(incident_row(casebook.acme, NOW))
        await work.session.flush()
        told = await work.session.scalar(select(func.current_setting("app.count_all", text("true"))))

    assert told == ""
