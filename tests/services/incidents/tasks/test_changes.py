"""What is told of changes of tasks, and who changes what others changed before."""

from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import (
    DELETE_TASK,
    EDIT_TASK,
    Casebook,
)
from tests.support.restricted import ada
from tests.support.tasks import LATER, shown


async def test_history_and_events_tell_of_each_change(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident, assigneeIds=[str(casebook.bob)])
    await casebook.edit_task(ada(casebook), task, assigneeIds=[str(casebook.bob), str(casebook.ada)])
    await casebook.try_to(DELETE_TASK, ada(casebook), id=task["id"])

    *_, added, edited, removed = await casebook.service.events()

    assert [each.data["operation"] for each in (added, edited, removed)] == ["ADDED", "EDITED", "REMOVED"]
    assert {(each.data["part"], each.data["part_id"]) for each in (added, edited, removed)} == {("TASK", task["id"])}
    assert added.data["changed"] == ["assignee_ids", "mandatory", "title"]
    assert [each.data["concerned_ids"] for each in (added, edited)] == [[str(casebook.bob)], [str(casebook.ada)]]
    found = await shown(casebook, incident)
    assert (found["version"], found["sequence"]) == (1, 4)
    entries = await casebook.changes(incident["id"])
    assert [(each.operation, each.permission) for each in entries[1:]] == [
        (operation, "incident.edit") for operation in ("ADDED", "EDITED", "REMOVED")
    ]
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_an_edit_that_changes_nothing_writes_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident, assigneeIds=[str(casebook.bob)], dueAt=LATER)

    async with casebook.unchanged():
        for given in ({}, {"title": "Look into it", "status": "TODO", "assigneeIds": [str(casebook.bob)]}):
            assert await casebook.edit_task(ada(casebook), task, **given) == task


async def test_a_stale_version_gets_the_task_as_it_is_now(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident)
    await casebook.edit_task(ada(casebook), task, title="Look twice")

    async with casebook.unchanged():
        for mutation in (EDIT_TASK, DELETE_TASK):
            payload = await casebook.try_to(mutation, ada(casebook), id=task["id"], expectedVersion=1)
            assert payload["task"]["version"] == 2
            assert [(each["code"], each["field"]) for each in payload["errors"]] == [("CONFLICT", ["expectedVersion"])]
