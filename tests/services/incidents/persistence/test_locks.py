"""Changes at the same moment wait for one another, and never in a circle."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import update

from deploy.local.postgres import PostgresServer
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import register_incidents
from tests.support.casebook import Casebook
from tests.support.rows_of_incidents import incident_row, keep
from tests.support.services import SYSTEM
from tests.support.waiting import until_waiting

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
ADA, BOB, BOTH, NOBODY = ["ada"], ["bob"], ["ada", "bob"], list[str]()


def confided(casebook: Casebook, members: list[str]) -> dict[str, Any]:
    """The columns of an incident that is restricted to these, or open to all."""
    ids: dict[str, UUID] = {"ada": casebook.ada, "bob": casebook.bob}
    return {"restricted": bool(members), "members": [ids[member] for member in members]}


@pytest.mark.parametrize(
    ("first", "there", "change", "second"),
    [
        pytest.param(ADA, NOBODY, BOB, NOBODY, id="restricting"),
        pytest.param(BOB, ["bob"], ["ada"], ADA, id="giving to another member"),
        pytest.param(BOB, NOBODY, BOTH, ADA, id="restricting to the same members"),
        pytest.param(NOBODY, ADA, NOBODY, ADA, id="opening"),
    ],
)
async def test_a_batch_and_a_change_of_who_sees_an_incident_do_not_wait_in_a_circle(
    casebook: Casebook,
    postgres_server: PostgresServer,
    first: list[str],
    there: list[str],
    change: list[str],
    second: list[str],
) -> None:
    known = incident_row(casebook.acme, NOW, **confided(casebook, there))
    await keep(casebook.service, [known])

    async def show() -> None:
        async with casebook.service.database.work(SYSTEM) as work:
            changing = update(IncidentRow).where(IncidentRow.id == known.id).values(**confided(casebook, change))
            await work.session.execute(changing)

    async with casebook.service.database.work(SYSTEM) as batch:
        batch.session.add(incident_row(casebook.acme, NOW, **confided(casebook, first)))
        await batch.session.flush()
        showing = asyncio.create_task(show())
        await until_waiting(1, "test_incidents", postgres_server)
        batch.session.add(incident_row(casebook.acme, NOW, **confided(casebook, second)))
        await batch.session.flush()
    await showing

    supervisor = casebook.supervisor(casebook.acme)
    counted = await casebook.service.data("{ incidents { totalCount nodes { id } } }", supervisor)
    assert counted["incidents"]["totalCount"] == len(counted["incidents"]["nodes"]) == 3


async def test_two_batches_take_their_companies_in_one_order_also_at_new_year(
    casebook: Casebook, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their numbers are of two years, so that none waits for the other's; both wait for somebody who has counted."""
    years = iter([2026, 2027])

    class NewYear(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(next(years), 1, 1, tzinfo=tz)

    monkeypatch.setattr(register_incidents, "datetime", NewYear)
    officer = casebook.officer(casebook.acme, casebook.north)
    rows = [{"title": "Lost notebook", "company": {"code": code}} for code in ("ACME", "NORTH")]
    async with casebook.service.database.work(SYSTEM) as before:
        companies = sorted([casebook.acme, casebook.north])
        before.session.add_all(incident_row(company, NOW) for company in companies)
        await before.session.flush()
        batches = [asyncio.create_task(casebook.register_many(officer, each)) for each in (rows, rows[::-1])]
        await until_waiting(2, "test_incidents", postgres_server)

    results = [result for batch in await asyncio.gather(*batches) for result in batch]

    assert [result["errors"] for result in results] == [[]] * 4
    assert {result["incident"]["reference"][-11:-7] for result in results} == {"2026", "2027"}
