"""Which task comes before which: by their order, and by what they wait for."""

from uuid import UUID, uuid4

from services.incidents.domain.tasks import GAP
from services.incidents.persistence.task_rows import TaskRow
from tests.support.casebook import (
    DELETE_TASK,
    EDIT_TASK,
    MOVE_TASK,
    SYSTEM,
    Casebook,
)
from tests.support.restricted import ada, bob
from tests.support.tasks import LONG_AGO, mine, overdue, shown, titles


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
