"""Row-level security of restricted incidents alone: statements without any condition, by those who see the others."""

from uuid import UUID

import pytest
from sqlalchemy import CursorResult, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from chassis.access import Actor
from services.incidents.persistence.rows import ChangeRow, IncidentRow
from tests.support.casebook import SHOW, Casebook
from tests.support.restricted import ada, bob, others
from tests.support.services import SYSTEM


@pytest.fixture
async def secret(casebook: Casebook) -> UUID:
    """Registered restricted by Ada, of ACME."""
    return UUID((await casebook.register(ada(casebook), visibility="RESTRICTED"))["id"])


async def seen(casebook: Casebook, actor: Actor) -> tuple[int, int]:
    """How many incidents and history entries there are."""
    async with casebook.service.database.read(actor) as session:
        incidents = await session.scalar(select(func.count()).select_from(IncidentRow)) or 0
        return incidents, await session.scalar(select(func.count()).select_from(ChangeRow)) or 0


async def updated(casebook: Casebook, actor: Actor) -> int:
    """How many incidents a statement changes that reads no column, and so asks no policy of reading."""
    async with casebook.service.database.work(actor) as work:
        result = await work.session.execute(update(IncidentRow).values(title="Mine now"))
        assert isinstance(result, CursorResult)
        return result.rowcount


async def test_rows_and_history_are_there_for_members_and_who_sees_all(casebook: Casebook, secret: UUID) -> None:
    for actor in (ada(casebook), casebook.supervisor(casebook.acme), SYSTEM):
        assert await seen(casebook, actor) == (1, 1)
    for actor in others(casebook):
        assert await seen(casebook, actor) == (0, 0)


async def test_nobody_changes_what_he_does_not_see(casebook: Casebook, secret: UUID) -> None:
    async with casebook.unchanged():
        assert [await updated(casebook, actor) for actor in others(casebook)] == [0, 0, 0]

    assert await updated(casebook, ada(casebook)) == 1


async def test_who_registered_it_does_not_change_it_when_shut_out(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.change(SHOW, casebook.supervisor(casebook.acme), id=incident["id"], visibility="RESTRICTED")

    async with casebook.unchanged():
        assert await updated(casebook, ada(casebook)) == 0
    assert await seen(casebook, ada(casebook)) == (0, 0)


async def test_nobody_writes_history_of_what_he_does_not_see(casebook: Casebook, secret: UUID) -> None:
    forged = {
        "incident_id": secret, "sequence": 2, "company_id": casebook.acme, "at": func.now(), "actor_kind": "user",
        "actor_id": casebook.bob, "operation": "EDITED", "changes": {},
    }  # fmt: skip
    async with casebook.unchanged():
        with pytest.raises(DBAPIError, match="row-level security"):
            async with casebook.service.database.work(bob(casebook)) as work:
                await work.session.execute(insert(ChangeRow).values(forged))


async def test_nobody_hides_an_incident_from_himself(casebook: Casebook) -> None:
    await casebook.register(ada(casebook))

    async with casebook.unchanged():
        with pytest.raises(DBAPIError, match="row-level security"):
            async with casebook.service.database.work(bob(casebook)) as work:
                await work.session.execute(update(IncidentRow).values(restricted=True, members=[casebook.ada]))
