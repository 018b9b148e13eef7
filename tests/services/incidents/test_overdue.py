"""What is open past its due date is told once, whoever else tells, and whatever is killed meanwhile."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.database import UnitOfWork
from chassis.events import Fact
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow
from services.incidents.usecases import announce_overdue as announcing
from services.incidents.usecases.announce_overdue import announce_for_ever, announce_overdue
from services.incidents.usecases.verify_history import verify_histories
from services.incidents.usecases.versions import tell
from tests.support.casebook import DELETE, EDIT, SHOW, SYSTEM, Casebook
from tests.support.restricted import ada
from tests.support.services import Json

LONG_AGO, LONGER_AGO, LATER = "2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"


async def told(casebook: Casebook) -> list[Json]:
    return [event.data for event in await casebook.service.events() if event.type == "incident.part_overdue.v1"]


async def announce(casebook: Casebook) -> int:
    return await announce_overdue(casebook.service.database)


async def test_an_overdue_task_is_told_once_with_whom_it_concerns(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO, assigneeIds=[str(casebook.bob)])
    await casebook.add_task(ada(casebook), incident, dueAt=LATER)

    assert [await announce(casebook) for _ in range(2)] == [1, 0]

    assert await told(casebook) == [
        {
            "incident_id": incident["id"], "reference": incident["reference"], "part": "TASK", "part_id": task["id"],
            "due_at": "2020-01-02T00:00:00+00:00", "concerned_ids": [str(casebook.bob)], "version": 1,
        }
    ]  # fmt: skip
    *_, entry = await casebook.changes(incident["id"])
    assert (entry.operation, entry.part_id, entry.actor_kind) == ("OVERDUE", UUID(task["id"]), "system")
    assert entry.permission is None
    row = await casebook.row(incident["id"])
    assert (row.sequence, row.version, row.updated_at) == (entry.sequence, 1, entry.at)
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_another_due_date_is_told_again_and_other_changes_are_not(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO)
    await announce(casebook)

    task = await casebook.edit_task(ada(casebook), task, title="Look twice", status="DOING")
    assert await announce(casebook) == 0
    task = await casebook.edit_task(ada(casebook), task, dueAt=LATER)
    assert await announce(casebook) == 0
    await casebook.edit_task(ada(casebook), task, dueAt=LONGER_AGO)
    assert await announce(casebook) == 1

    assert [each["due_at"][:10] for each in await told(casebook)] == ["2020-01-02", "2020-01-01"]


async def test_what_is_finished_or_of_a_deleted_incident_is_not_told(casebook: Casebook) -> None:
    incident, gone = [await casebook.register(ada(casebook)) for _ in range(2)]
    task = await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO)
    await casebook.edit_task(ada(casebook), task, status="CANCELLED")
    await casebook.add_task(ada(casebook), gone, dueAt=LONG_AGO)
    await casebook.try_to(DELETE, ada(casebook), id=gone["id"])

    assert await announce(casebook) == 0


async def test_that_a_restricted_incident_is_overdue_is_told_to_few(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), visibility="RESTRICTED")
    await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO)

    assert await announce(casebook) == 1

    *_, event = await casebook.service.events()
    assert (event.type, event.restricted, event.company_id) == ("incident.part_overdue.v1", True, casebook.acme)


async def test_workers_at_once_tell_of_each_only_once(casebook: Casebook) -> None:
    for _ in range(6):
        incident = await casebook.register(ada(casebook))
        for _ in range(2):
            await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO)

    rounds = [await asyncio.gather(*(announce(casebook) for _ in range(4))) for _ in range(3)]

    assert sum(map(sum, rounds)) == 12
    assert len({each["part_id"] for each in await told(casebook)}) == len(await told(casebook)) == 12
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_who_is_killed_while_telling_has_told_nothing_and_the_next_one_tells_all(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await casebook.add_task(ada(casebook), await casebook.register(ada(casebook)), dueAt=LONG_AGO)
    told_of: list[Any] = []

    def tell_two_and_fall(incident: IncidentRow, fact: Fact, work: UnitOfWork) -> None:
        tell(incident, fact, work)
        told_of.append(fact)
        if len(told_of) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(announcing, "tell", tell_two_and_fall)
    async with casebook.unchanged():
        with pytest.raises(asyncio.CancelledError):
            await announce(casebook)
    monkeypatch.undo()

    assert await announce(casebook) == 3
    assert len({each["part_id"] for each in await told(casebook)}) == 3


async def test_an_incident_that_somebody_changes_is_not_waited_for(casebook: Casebook) -> None:
    held, free = [await casebook.register(ada(casebook)) for _ in range(2)]
    for incident in (held, free):
        await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO)

    async with casebook.service.database.work(SYSTEM) as work:
        await Incidents(work.session, work.actor).get(UUID(held["id"]), lock=True)
        assert await announce(casebook) == 1

    assert await announce(casebook) == 1
    assert [each["incident_id"] for each in await told(casebook)] == [free["id"], held["id"]]


async def test_many_are_told_in_parts_and_a_worker_goes_on_until_it_is_cancelled(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "AT_ONCE", 2)
    incident = await casebook.register(ada(casebook))
    for _ in range(5):
        await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO)

    worker = asyncio.create_task(announce_for_ever(casebook.service.database, idle_seconds=0.01))
    async with asyncio.timeout(10):
        while len(await told(casebook)) < 5:
            await asyncio.sleep(0.01)
        await casebook.add_task(ada(casebook), incident, dueAt=LONGER_AGO)
        while len(await told(casebook)) < 6:
            await asyncio.sleep(0.01)
    worker.cancel()

    assert len({each["part_id"] for each in await told(casebook)}) == 6
    edited = await casebook.change(EDIT, ada(casebook), id=incident["id"], expectedVersion=1, title="Still the same")
    assert edited["version"] == 2


async def test_who_lost_sight_of_it_is_named_in_no_event(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    both = [str(casebook.ada), str(casebook.bob)]
    await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO, assigneeIds=both)
    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")

    assert await announce(casebook) == 1

    assert [each["concerned_ids"] for each in await told(casebook)] == [[str(casebook.ada)]]
