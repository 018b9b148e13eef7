"""Who may change tasks, and who may be given one."""

from uuid import uuid4

import pytest

from tests.support.casebook import (
    ADD_TASK,
    DELETE,
    DELETE_TASK,
    EDIT_TASK,
    MOVE_TASK,
    Casebook,
    person,
)
from tests.support.restricted import ada, bob, others
from tests.support.services import user
from tests.support.tasks import TASKS


async def test_who_may_only_look_changes_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident)
    reader = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})

    async with casebook.unchanged():
        codes = [
            (await casebook.try_to(mutation, reader, **given))["errors"][0]["code"]
            for mutation, given in (
                (ADD_TASK, {"incidentId": incident["id"], "title": "Look into it"}),
                (EDIT_TASK, {"id": task["id"], "expectedVersion": 1}),
                (MOVE_TASK, {"id": task["id"]}),
                (DELETE_TASK, {"id": task["id"]}),
            )
        ]

    assert codes == ["DENIED"] * 4


@pytest.mark.parametrize("where", ["foreign", "absent", "deleted"])
async def test_of_what_is_out_of_sight_nothing_is_changed_or_shown(casebook: Casebook, where: str) -> None:
    boss = casebook.administrator()
    incident = await casebook.register(boss, company={"code": "NORTH" if where == "foreign" else "ACME"})
    task = await casebook.add_task(boss, incident)
    if where == "deleted":
        await casebook.try_to(DELETE, boss, id=incident["id"])
    named = (str(uuid4()), str(uuid4())) if where == "absent" else (incident["id"], task["id"])

    async with casebook.unchanged():
        payloads = [
            await casebook.try_to(mutation, ada(casebook), **given)
            for mutation, given in (
                (ADD_TASK, {"incidentId": named[0], "title": "Look into it"}),
                (EDIT_TASK, {"id": named[1], "expectedVersion": 1}),
                (MOVE_TASK, {"id": named[1]}),
                (DELETE_TASK, {"id": named[1]}),
            )
        ]

    what = "was not found, or not within your rights."
    assert [payload["errors"] for payload in payloads] == [
        [{"code": "NOT_FOUND", "message": f"The incident {what}", "field": ["incidentId"]}],
        *[[{"code": "NOT_FOUND", "message": f"The task {what}", "field": ["id"]}]] * 3,
    ]
    assert [payload["task"] for payload in payloads] == [None] * 4


async def test_tasks_of_a_restricted_incident_are_for_its_members(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), visibility="RESTRICTED")
    task = await casebook.add_task(ada(casebook), incident)

    async with casebook.unchanged():
        for actor in (bob(casebook), casebook.supervisor(casebook.north)):
            payload = await casebook.try_to(DELETE_TASK, actor, id=task["id"])
            assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    for actor in others(casebook):
        assert (await casebook.service.data(TASKS, actor, id=incident["id"]))["incident"] is None


async def test_only_who_may_see_the_incident_is_given_a_task(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    confided = await casebook.register(ada(casebook), visibility="RESTRICTED")
    given = {"title": "Look into it"}

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(ADD_TASK, ada(casebook), incidentId=of["id"], assigneeIds=[str(named)], **given)
            for of, named in ((incident, casebook.nora), (incident, uuid4()), (confided, casebook.bob))
        ]
        teams = [
            await casebook.try_to(ADD_TASK, ada(casebook), incidentId=incident["id"], teamId=str(named), **given)
            for named in (casebook.plant, uuid4())
        ]

    assert answers == [answers[0]] * 3
    assert [(each["code"], each["field"]) for each in answers[0]["errors"]] == [("NOT_FOUND", ["assigneeIds"])]
    assert teams[0] == teams[1]
    assert [(each["code"], each["field"]) for each in teams[0]["errors"]] == [("NOT_FOUND", ["teamId"])]


async def test_who_has_a_task_keeps_it_when_others_are_chosen_no_more(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    task = await casebook.add_task(ada(casebook), incident, assigneeIds=[str(casebook.bob)], teamId=str(casebook.hall))
    casebook.access.rows["user"][2] |= person(casebook.bob, casebook.north) | {"version": 2}
    await casebook.hear("access", "users.changed.v1", user_ids=[str(casebook.bob)])

    more = [str(casebook.bob), str(casebook.ada)]
    kept = await casebook.edit_task(ada(casebook), task, assigneeIds=more, teamId=str(casebook.hall))

    assert [each["id"] for each in kept["assignees"]] == more
