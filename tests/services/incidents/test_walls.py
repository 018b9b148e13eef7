"""Row-level security alone: what the tables themselves keep from an actor when a query forgets its condition."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.access import Actor
from chassis.database import UnitOfWork
from chassis.identifiers import uuid7
from services.incidents.persistence.rows import ChangeRow, IncidentRow, NumberRow
from tests.support.casebook import Casebook
from tests.support.services import user

BEYOND = "row-level security"


@pytest.fixture
async def incident(casebook: Casebook) -> UUID:
    """Of ACME."""
    return UUID((await casebook.register(casebook.officer(casebook.acme)))["id"])


async def seen(casebook: Casebook, actor: Actor) -> tuple[int, int]:
    """How many incidents and history entries a query without any condition finds."""
    async with casebook.service.database.read(actor) as session:
        incidents = await session.scalar(select(func.count()).select_from(IncidentRow)) or 0
        return incidents, await session.scalar(select(func.count()).select_from(ChangeRow)) or 0


def row(company: UUID, **more: object) -> IncidentRow:
    values = {
        "id": uuid7(), "company_id": company, "reference": str(uuid7()), "title": "Smuggled", "status_id": uuid7(),
        "status_category": "NEW", "registered_by_id": uuid7(), "registered_at": func.now(), "updated_at": func.now(),
        "tags": [], "version": 1, "sequence": 1,
    }  # fmt: skip
    return IncidentRow(**(values | more))


async def test_only_who_may_view_the_company_sees_its_rows(casebook: Casebook, incident: UUID) -> None:
    blind = user({f"incident.{right}": [casebook.acme] for right in ("add", "edit", "delete", "close", "reopen")})
    actors = [casebook.reader(casebook.acme), casebook.administrator(), casebook.officer(casebook.north), user(), blind]

    assert [await seen(casebook, actor) for actor in actors] == [(1, 1), (1, 1), (0, 0), (0, 0), (0, 0)]


async def test_a_transaction_that_was_told_nothing_sees_nothing(casebook: Casebook, incident: UUID) -> None:
    async with casebook.service.database.engine.connect() as connection:
        counts = [
            await connection.scalar(select(func.count()).select_from(table))
            for table in (IncidentRow, ChangeRow, NumberRow)
        ]

    assert counts == [0, 0, 0]


async def test_the_registrant_finds_his_own_only_where_he_changes_something(casebook: Casebook) -> None:
    blind = user({"incident.add": [casebook.acme]})
    await casebook.register(blind)
    await casebook.register(casebook.officer(casebook.acme))

    async with casebook.service.database.work(blind) as work:
        found = (await work.session.scalars(select(IncidentRow.registered_by_id))).all()

    assert found == [blind.id]
    assert await seen(casebook, blind) == (0, 0)


async def test_nobody_inserts_where_he_may_not_register(casebook: Casebook) -> None:
    everything_else = casebook.officer(casebook.acme, without=["add"])
    foreign = casebook.officer(casebook.north)

    async def insert(actor: Actor, what: object) -> None:
        async with casebook.service.database.work(actor) as work:
            work.session.add(what)

    async with casebook.unchanged():
        for actor in (everything_else, foreign, casebook.reader(casebook.acme)):
            with pytest.raises(DBAPIError, match=BEYOND):
                await insert(actor, row(casebook.acme))
            with pytest.raises(DBAPIError, match=BEYOND):
                await insert(actor, NumberRow(company_id=casebook.acme, year=2026, last=5))


async def test_nobody_updates_beyond_his_rights(casebook: Casebook, incident: UUID) -> None:
    async def updated(actor: Actor) -> int:
        async with casebook.service.database.work(actor) as work:
            return await changed(update(IncidentRow).values(title="Mine now"), work)

    adder = user({"incident.add": [casebook.acme], "incident.view": [casebook.acme]})
    strangers = [casebook.reader(casebook.acme), casebook.officer(casebook.north), adder]
    async with casebook.unchanged():
        assert [await updated(actor) for actor in strangers] == [0, 0, 0]

    assert await updated(casebook.officer(casebook.acme)) == 1


async def test_nobody_moves_an_incident_into_another_company(casebook: Casebook, incident: UUID) -> None:
    actor = user({"incident.view": [casebook.acme, casebook.north], "incident.edit": [casebook.acme]})

    async with casebook.unchanged():
        with pytest.raises(DBAPIError, match=BEYOND):
            async with casebook.service.database.work(actor) as work:
                await work.session.execute(update(IncidentRow).values(company_id=casebook.north))


async def test_nobody_takes_an_incident_or_its_number_out_of_the_tables(casebook: Casebook, incident: UUID) -> None:
    async with casebook.unchanged(), casebook.service.database.work(casebook.administrator()) as work:
        assert await changed(delete(IncidentRow), work) == 0
        assert await changed(delete(NumberRow), work) == 0


@pytest.mark.parametrize("statement", [update(ChangeRow).values(operation="NOTHING"), delete(ChangeRow)])
async def test_nobody_rewrites_history(casebook: Casebook, incident: UUID, statement: object) -> None:
    async with casebook.unchanged():
        with pytest.raises(DBAPIError, match="permission denied"):
            async with casebook.service.database.work(casebook.administrator()) as work:
                await work.session.execute(statement)  # type: ignore[call-overload]  # a statement, whichever


async def test_reading_cannot_write(casebook: Casebook, incident: UUID) -> None:
    async with casebook.unchanged():
        with pytest.raises(DBAPIError, match="read-only"):
            async with casebook.service.database.read(casebook.administrator()) as session:
                await session.execute(update(IncidentRow).values(title="Mine now"))


async def test_the_application_cannot_take_the_walls_down(casebook: Casebook) -> None:
    async with casebook.service.database.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="must be owner"):
            await connection.execute(text("ALTER TABLE incident DISABLE ROW LEVEL SECURITY"))


async def changed(statement: object, work: UnitOfWork) -> int:
    """How many rows."""
    result = await work.session.execute(statement)  # type: ignore[call-overload]  # an update or a deletion
    number: int = result.rowcount
    return number
