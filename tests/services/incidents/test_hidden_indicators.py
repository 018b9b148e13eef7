"""What stood in an incident that was deleted: nobody gets its words back elsewhere, and restoring brings all of it."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from deploy.local.postgres import PostgresServer
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.indicator_rows import IndicatorRow
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, SHOW, Casebook
from tests.support.indicators import EDIT, add, listed, shown
from tests.support.restricted import ada, bob
from tests.support.services import SYSTEM, Json, user
from tests.support.waiting import until_waiting

RESTORE = "mutation ($input: RestoreIncidentInput!) { restoreIncident(input: $input) { errors { code } } }"
FORGET = text("DELETE FROM incident_indicator WHERE incident_id = :id")
A, B = "a.example", "b.example"
SAID = {"description": "The director's notebook", "tags": ["board"], "tlp": "RED", "isIoc": True}


def keeper(casebook: Casebook) -> Any:
    """Who may look and delete, and nothing else."""
    return user({"incident.view": [casebook.acme], "incident.delete": [casebook.acme]})


async def delete(casebook: Casebook, incident: Json) -> None:
    assert (await casebook.try_to(DELETE, keeper(casebook), id=incident["id"]))["errors"] == []


async def restore(casebook: Casebook, incident: Json) -> None:
    assert (await casebook.try_to(RESTORE, keeper(casebook), id=incident["id"]))["errors"] == []


async def own(casebook: Casebook, incident: Json) -> list[Json]:
    """The indicators as they stand in it."""
    return [each["indicator"] for each in (await shown(casebook, incident, ada(casebook)))["indicators"]["nodes"]]


async def kept(casebook: Casebook) -> list[UUID | None]:
    """Whose own each indicator is that there is."""
    async with casebook.service.database.read(SYSTEM) as session:
        return list(await session.scalars(select(IndicatorRow.incident_id).order_by(IndicatorRow.id)))


async def test_words_of_a_deleted_incident_do_not_come_back_with_the_same_value(casebook: Casebook) -> None:
    gone, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    (before,) = await add(casebook, ada(casebook), gone, A, **SAID)
    await delete(casebook, gone)

    (again,) = await add(casebook, bob(casebook), other, A)

    found = again["indicator"]
    assert found["id"] != before["indicator"]["id"]
    assert (found["description"], found["tags"], found["tlp"], found["isIoc"], found["version"]) == (
        None, [], "AMBER", False, 1,
    )  # fmt: skip
    assert await kept(casebook) == [UUID(gone["id"]), None]


async def test_what_others_share_with_it_stays_theirs_and_what_they_say_of_it_since_is_not_its_own(
    casebook: Casebook,
) -> None:
    gone, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    await add(casebook, ada(casebook), gone, A, **SAID)
    (link,) = await add(casebook, bob(casebook), other, A)
    await delete(casebook, gone)

    assert [each["description"] for each in await own(casebook, other)] == ["The director's notebook"]
    assert await listed(casebook, bob(casebook)) == [A]
    assert sorted(await kept(casebook), key=str) == sorted([None, UUID(gone["id"])], key=str)
    itself = {"expectedVersion": link["indicator"]["version"], "description": "Ours"}
    await casebook.try_to(EDIT, bob(casebook), id=link["id"], expectedVersion=1, indicator=itself)
    await restore(casebook, gone)
    assert await own(casebook, gone) == await own(casebook, other)
    assert (await own(casebook, gone))[0]["description"] == "Ours"
    assert await kept(casebook) == [None]


async def test_restoring_brings_back_what_was_said_where_nobody_says_otherwise(casebook: Casebook) -> None:
    gone, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    first, second = await add(casebook, ada(casebook), gone, A, B, **SAID)
    await delete(casebook, gone)
    (again,) = await add(casebook, bob(casebook), other, A, tags=["mine"], tlp="GREEN")

    await restore(casebook, gone)

    joined, alone = await own(casebook, gone)
    assert alone == second["indicator"]
    assert joined == first["indicator"] | {"id": again["indicator"]["id"], "tags": ["mine"], "version": 2}
    assert await own(casebook, other) == [joined]
    assert sorted(await listed(casebook, bob(casebook))) == [A, B]
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_a_restricted_one_keeps_its_own_when_it_is_deleted_and_restored(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED")
    (link,) = await add(casebook, ada(casebook), secret, A, **SAID)
    for mutation in (DELETE, RESTORE):
        assert (await casebook.try_to(mutation, ada(casebook), id=secret["id"]))["errors"] == []

        assert await kept(casebook) == [UUID(secret["id"])]
    assert await own(casebook, secret) == [link["indicator"]]
    assert await listed(casebook, bob(casebook)) == []


async def test_deleting_while_others_add_the_same_mixes_nothing_up(casebook: Casebook) -> None:
    for number in range(4):
        value = f"{number}.example"
        one, two = [await casebook.register(ada(casebook)) for _ in range(2)]
        await add(casebook, ada(casebook), one, value, **SAID)

        await asyncio.gather(delete(casebook, one), add(casebook, bob(casebook), two, value))

        async with casebook.service.database.read(SYSTEM) as session:
            of = select(IndicatorRow.incident_id).where(IndicatorRow.form == value)
            owners = list(await session.scalars(of))
        assert (len(owners), set(owners)) == (2, {None, UUID(one["id"])})


async def test_restricting_waits_for_who_adds_before_it_counts_anything(
    casebook: Casebook, postgres_server: PostgresServer
) -> None:
    """Purging takes the lock of indicators and then that of the counters; the other way round both would wait."""
    one, two = [await casebook.register(ada(casebook), tags=["tagged"]) for _ in range(2)]
    await add(casebook, ada(casebook), one, A)
    await add(casebook, ada(casebook), two, B)

    async with casebook.service.database.work(SYSTEM) as purging:
        incident = await Incidents(purging.session, SYSTEM).get(UUID(two["id"]), lock=True)
        await purging.session.execute(FORGET, {"id": incident.id})
        show = {"id": one["id"], "visibility": "RESTRICTED"}
        showing = asyncio.create_task(casebook.try_to(SHOW, ada(casebook), **show))
        await until_waiting(1, "test_incidents", postgres_server)
        incident.tags = []
        await purging.session.flush()
    assert (await showing)["errors"] == []
