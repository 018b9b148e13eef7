"""What a task tells: a title is enough, the rest follows, within the rules."""

from uuid import uuid4

import pytest

from services.incidents.domain.tasks import MOST_TASKS
from tests.support.casebook import (
    ADD_TASK,
    EDIT_TASK,
    Casebook,
)
from tests.support.restricted import ada, bob
from tests.support.services import Json
from tests.support.tasks import LATER


async def test_a_title_is_enough_and_the_rest_is_told_later(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    task = await casebook.add_task(ada(casebook), incident)
    told = await casebook.edit_task(
        bob(casebook), task, description="All of it", assigneeIds=[str(casebook.bob), str(casebook.ada)],
        teamId=str(casebook.hall), dueAt=LATER, mandatory=True,
    )  # fmt: skip

    assert (task["status"], task["mandatory"], task["assignees"], task["dueAt"]) == ("TODO", False, [], None)
    assert [each["id"] for each in told["assignees"]] == [str(casebook.bob), str(casebook.ada)]
    assert (told["team"], told["version"], told["mandatory"]) == ({"id": str(casebook.hall)}, 2, True)
    emptied = await casebook.edit_task(ada(casebook), told, description=None, assigneeIds=[], teamId=None, dueAt=None)
    assert (emptied["description"], emptied["assignees"], emptied["team"], emptied["dueAt"]) == (None, [], None, None)


async def test_the_server_stamps_when_it_was_started_and_finished(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident)

    doing = await casebook.edit_task(ada(casebook), task, status="DOING")
    done = await casebook.edit_task(ada(casebook), doing, status="DONE")
    again = await casebook.edit_task(ada(casebook), done, status="DOING")

    assert (doing["startedAt"] is not None, doing["finishedAt"]) == (True, None)
    assert (done["startedAt"], done["finishedAt"] is not None) == (doing["startedAt"], True)
    assert (again["startedAt"], again["finishedAt"]) == (doing["startedAt"], None)


async def test_a_mandatory_task_is_finished_with_a_result(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident, mandatory=True)

    async with casebook.unchanged():
        for status in ("DONE", "CANCELLED"):
            payload = await casebook.try_to(EDIT_TASK, ada(casebook), id=task["id"], expectedVersion=1, status=status)
            assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["result"])]

    done = await casebook.edit_task(ada(casebook), task, status="DONE", result="Nothing was found")
    payload = await casebook.try_to(EDIT_TASK, ada(casebook), id=task["id"], expectedVersion=2, result=None)
    assert (done["result"], payload["errors"][0]["field"]) == ("Nothing was found", ["result"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "x"}, ["title"]),
        ({"title": "x" * 201}, ["title"]),
        ({"description": "x" * 20_001}, ["description"]),
        ({"description": "\x00"}, ["description"]),
        ({"dueAt": "2026-01-01T00:00:00"}, ["dueAt"]),
        ({"assigneeIds": ["no id"]}, ["assigneeIds"]),
        ({"assigneeIds": [str(uuid4()) for _ in range(11)]}, ["assigneeIds"]),
        ({"dependsOn": [str(uuid4()) for _ in range(21)]}, ["dependsOn"]),
        ({"dependsOn": ["no id"]}, ["dependsOn"]),
        ({"teamId": "no id"}, ["teamId"]),
        ({"incidentId": "no id"}, ["incidentId"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_beside_its_field(
    casebook: Casebook, given: Json, field: list[str]
) -> None:
    incident = await casebook.register(ada(casebook))

    async with casebook.unchanged():
        task = {"incidentId": incident["id"], "title": "Look into it"} | given
        payload = await casebook.try_to(ADD_TASK, ada(casebook), **task)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]


async def test_the_largest_task_is_taken(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    task = await casebook.add_task(ada(casebook), incident, "x" * 200, description="x" * 20_000)

    assert (len(task["title"]), len(task["description"])) == (200, 20_000)


async def test_an_incident_has_room_for_so_many_tasks_and_no_more(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.incidents.domain.tasks.MOST_TASKS", 2)
    assert MOST_TASKS == 200
    incident = await casebook.register(ada(casebook))
    for _ in range(2):
        await casebook.add_task(ada(casebook), incident)

    async with casebook.unchanged():
        payload = await casebook.try_to(ADD_TASK, ada(casebook), incidentId=incident["id"], title="One more")

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["incidentId"])]
