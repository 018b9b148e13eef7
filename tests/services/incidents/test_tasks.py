"""Tasks: what is to be done about an incident, in whose hands, in which order, until when."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.incidents.domain.tasks import GAP, MOST_TASKS
from services.incidents.persistence.task_rows import TaskRow
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import (
    ADD_TASK,
    CONFIDE,
    DELETE,
    DELETE_TASK,
    EDIT_TASK,
    MOVE_TASK,
    SHOW,
    SYSTEM,
    Casebook,
    person,
)
from tests.support.restricted import ada, bob, others
from tests.support.services import Json, user

TASKS = """
query ($id: ID!, $first: Int = 20, $after: String) { incident(id: $id) { version sequence
    taskCounts { total finished mandatory blocking overdue }
    tasks(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id title status dependsOn assignees { id } team { id } dueAt startedAt finishedAt result version } } } }
"""
MINE = """
query ($statuses: [IncidentTaskStatus!], $first: Int = 20, $after: String) {
  myIncidentTasks(statuses: $statuses, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { title status incident { reference } } } }
"""
OVERDUE = "query ($wanted: Boolean!) { incidents(filter: {overdue: $wanted}) { totalCount nodes { id } } }"
LONG_AGO, LATER, MUCH_LATER = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z", "2091-01-01T00:00:00Z"


async def shown(casebook: Casebook, incident: Json, actor: Any = None, **more: Any) -> Json:
    asking = actor or casebook.reader(casebook.acme)
    found: Json = (await casebook.service.data(TASKS, asking, id=incident["id"], **more))["incident"]
    return found


async def titles(casebook: Casebook, incident: Json) -> list[str]:
    return [each["title"] for each in (await shown(casebook, incident))["tasks"]["nodes"]]


async def mine(casebook: Casebook, actor: Any, **more: Any) -> list[str]:
    found = (await casebook.service.data(MINE, actor, **more))["myIncidentTasks"]
    assert found["totalCount"] >= len(found["nodes"])
    return [each["title"] for each in found["nodes"]]


async def overdue(casebook: Casebook, actor: Any, *, wanted: bool = True) -> list[str]:
    found = (await casebook.service.data(OVERDUE, actor, wanted=wanted))["incidents"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["id"] for each in found["nodes"]]


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


async def test_tasks_wait_for_one_another_and_never_in_a_circle(casebook: Casebook) -> None:
    incident, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    first = await casebook.add_task(ada(casebook), incident, "First")
    second = await casebook.add_task(ada(casebook), incident, "Second", dependsOn=[first["id"]])
    stranger = await casebook.add_task(ada(casebook), other, "Of another incident")

    async with casebook.unchanged():
        refused = [
            (await casebook.try_to(EDIT_TASK, ada(casebook), expectedVersion=1, **given))["errors"]
            for given in (
                {"id": second["id"], "status": "DONE"},
                {"id": first["id"], "dependsOn": [second["id"]]},
                {"id": first["id"], "dependsOn": [first["id"]]},
                {"id": first["id"], "dependsOn": [stranger["id"]]},
                {"id": first["id"], "dependsOn": [str(uuid4())]},
            )
        ]
    assert [(each[0]["code"], each[0]["field"]) for each in refused] == [
        ("INVALID", ["status"]), *[("INVALID", ["dependsOn"])] * 2, *[("NOT_FOUND", ["dependsOn"])] * 2,
    ]  # fmt: skip
    assert refused[3] == refused[4]

    await casebook.edit_task(ada(casebook), first, status="CANCELLED")
    assert (await casebook.edit_task(ada(casebook), second, status="DONE"))["status"] == "DONE"


async def test_what_others_depend_on_is_not_deleted(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    first = await casebook.add_task(ada(casebook), incident, "First", assigneeIds=[str(casebook.bob)], dueAt=LONG_AGO)
    second = await casebook.add_task(ada(casebook), incident, "Second", dependsOn=[first["id"]])

    async with casebook.unchanged():
        payload = await casebook.try_to(DELETE_TASK, ada(casebook), id=first["id"])
    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["id"])]
    assert "'Second' depends on it" in payload["errors"][0]["message"]

    await casebook.edit_task(ada(casebook), second, dependsOn=[])
    payload = await casebook.try_to(DELETE_TASK, ada(casebook), id=first["id"], expectedVersion=1)

    assert payload == {"deletedId": first["id"], "task": None, "errors": []}
    found = await shown(casebook, incident)
    assert ([each["title"] for each in found["tasks"]["nodes"]], found["tasks"]["totalCount"]) == (["Second"], 1)
    assert await mine(casebook, bob(casebook)) == await overdue(casebook, ada(casebook)) == []
    async with casebook.unchanged():
        for mutation in (EDIT_TASK, DELETE_TASK):
            again = await casebook.try_to(mutation, ada(casebook), id=first["id"], expectedVersion=2)
            assert [(each["code"], each["field"]) for each in again["errors"]] == [("NOT_FOUND", ["id"])]


async def test_they_are_in_the_order_that_people_give_them(casebook: Casebook) -> None:
    incident, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    one, two, three = [await casebook.add_task(ada(casebook), incident, f"Task {n}") for n in (1, 2, 3)]
    stranger = await casebook.add_task(ada(casebook), other)

    await casebook.try_to(MOVE_TASK, ada(casebook), id=three["id"])
    assert await titles(casebook, incident) == ["Task 3", "Task 1", "Task 2"]
    await casebook.try_to(MOVE_TASK, ada(casebook), id=one["id"], afterId=two["id"])
    assert await titles(casebook, incident) == ["Task 3", "Task 2", "Task 1"]

    async with casebook.unchanged():
        same = await casebook.try_to(MOVE_TASK, ada(casebook), id=one["id"], afterId=two["id"])
        gone = [
            await casebook.try_to(MOVE_TASK, ada(casebook), id=one["id"], afterId=named)
            for named in (stranger["id"], str(uuid4()), one["id"])
        ]
    assert (same["errors"], same["task"]["version"]) == ([], 2)
    assert gone == [gone[0]] * 3
    assert gone[0]["errors"][0]["field"] == ["afterId"]


async def test_there_is_always_room_between_two(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    made = [await casebook.add_task(ada(casebook), incident, f"Task {number}") for number in range(3)]
    async with casebook.service.database.work(SYSTEM) as work:
        for number, task in enumerate(made):
            (await work.session.get_one(TaskRow, UUID(task["id"]))).position = GAP + number

    await casebook.try_to(MOVE_TASK, ada(casebook), id=made[2]["id"], afterId=made[0]["id"])

    assert await titles(casebook, incident) == ["Task 0", "Task 2", "Task 1"]


async def test_pages_go_on_where_the_last_one_ended(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    for number in range(5):
        await casebook.add_task(ada(casebook), incident, f"Task {number}")

    pages, after = [], None
    for _ in range(3):
        found = (await shown(casebook, incident, first=2, after=after))["tasks"]
        pages.append([each["title"] for each in found["nodes"]])
        after = found["pageInfo"]["endCursor"]

    assert pages == [["Task 0", "Task 1"], ["Task 2", "Task 3"], ["Task 4"]]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (5, False)


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


async def test_numbers_tell_what_is_left(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.add_task(ada(casebook), incident, mandatory=True, dueAt=LONG_AGO)
    done = await casebook.add_task(ada(casebook), incident, mandatory=True, dueAt=LONG_AGO)
    await casebook.add_task(ada(casebook), incident)
    await casebook.edit_task(ada(casebook), done, status="DONE", result="Done")

    found = await shown(casebook, incident)

    assert found["taskCounts"] == {"total": 3, "finished": 1, "mandatory": 2, "blocking": 1, "overdue": 1}


async def test_ones_own_tasks_come_by_urgency_over_all_incidents(casebook: Casebook) -> None:
    own = {"assigneeIds": [str(casebook.bob)]}
    first, second = [await casebook.register(ada(casebook)) for _ in range(2)]
    await casebook.add_task(ada(casebook), first, "Some day", **own)
    await casebook.add_task(ada(casebook), first, "Later", dueAt=MUCH_LATER, **own)
    await casebook.add_task(ada(casebook), second, "Soon", dueAt=LATER, **own)
    done = await casebook.add_task(ada(casebook), second, "Done", dueAt=LONG_AGO, **own)
    await casebook.edit_task(ada(casebook), done, status="DONE")
    await casebook.add_task(ada(casebook), second, "Of somebody else", assigneeIds=[str(casebook.ada)])

    assert await mine(casebook, bob(casebook)) == ["Soon", "Later", "Some day", "Done"]
    assert await mine(casebook, bob(casebook), statuses=["DONE", "DOING"]) == ["Done"]
    pages, after = [], None
    for _ in range(4):
        found = (await casebook.service.data(MINE, bob(casebook), first=1, after=after))["myIncidentTasks"]
        pages += [each["title"] for each in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
    assert (pages, found["pageInfo"]["hasNextPage"]) == (["Soon", "Later", "Some day", "Done"], False)


async def test_a_cursor_of_another_list_is_refused(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    for _ in range(2):
        await casebook.add_task(ada(casebook), incident, assigneeIds=[str(casebook.ada)])
    after = (await shown(casebook, incident, first=1))["tasks"]["pageInfo"]["endCursor"]

    answer = await casebook.service.graph(MINE, ada(casebook), after=after)

    assert [each["extensions"]["code"] for each in answer["errors"]] == ["INVALID"]


async def test_ones_own_tasks_of_incidents_that_one_does_not_see_are_not_there(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.add_task(ada(casebook), incident, dueAt=LONG_AGO, assigneeIds=[str(casebook.bob)])

    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")
    assert await mine(casebook, bob(casebook)) == await overdue(casebook, bob(casebook)) == []
    assert await overdue(casebook, bob(casebook), wanted=False) == []
    assert await overdue(casebook, ada(casebook)) == [incident["id"]]
    await casebook.change(CONFIDE, ada(casebook), id=incident["id"], addMembers=[str(casebook.bob)])
    assert await mine(casebook, bob(casebook)) == ["Look into it"]
    assert await overdue(casebook, bob(casebook)) == [incident["id"]]
    assert await mine(casebook, casebook.officer(casebook.north, id=casebook.bob)) == []
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])
    assert await mine(casebook, bob(casebook)) == await overdue(casebook, bob(casebook)) == []


async def test_incidents_with_something_overdue_are_found(casebook: Casebook) -> None:
    late, punctual, idle = [await casebook.register(ada(casebook)) for _ in range(3)]
    foreign = await casebook.register(casebook.officer(casebook.north))
    task = await casebook.add_task(ada(casebook), late, dueAt=LONG_AGO)
    await casebook.add_task(ada(casebook), punctual, dueAt=LATER)
    await casebook.add_task(casebook.officer(casebook.north), foreign, dueAt=LONG_AGO)

    assert await overdue(casebook, ada(casebook)) == [late["id"]]
    assert await overdue(casebook, ada(casebook), wanted=False) == [idle["id"], punctual["id"]]
    both = casebook.reader(casebook.acme, casebook.north)
    assert await overdue(casebook, both) == [foreign["id"], late["id"]]
    assert await overdue(casebook, casebook.administrator()) == [foreign["id"], late["id"]]

    task = await casebook.edit_task(ada(casebook), task, status="DONE")
    assert await overdue(casebook, ada(casebook)) == []
    task = await casebook.edit_task(ada(casebook), task, status="DOING")
    assert await overdue(casebook, ada(casebook)) == [late["id"]]
    await casebook.edit_task(ada(casebook), task, dueAt=None)
    assert await overdue(casebook, ada(casebook)) == []


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


async def test_tasks_of_many_incidents_cost_a_statement_for_each_question(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(4)]
    for incident in incidents[1:]:
        await casebook.add_task(ada(casebook), incident)
    asked = [incident["id"] for incident in incidents]

    with casebook.service.statements() as statements:
        found = await casebook.service.entities(
            "Incident", asked, "taskCounts { total } tasks { nodes { title } totalCount }", ada(casebook)
        )

    assert [len(each["tasks"]["nodes"]) for each in found] == [0, 1, 1, 1]
    assert [each["taskCounts"]["total"] for each in found] == [0, 1, 1, 1]
    assert len(statements) == 4


async def test_ones_own_tasks_cost_two_statements_however_many_incidents(casebook: Casebook) -> None:
    for _ in range(4):
        incident = await casebook.register(ada(casebook))
        await casebook.add_task(ada(casebook), incident, assigneeIds=[str(casebook.ada)])

    with casebook.service.statements() as statements:
        await casebook.service.data("{ myIncidentTasks { nodes { title incident { reference } } } }", ada(casebook))

    assert len(statements) == 2
