"""One's own tasks by urgency, what is left, and incidents with something overdue."""

from tests.support.casebook import (
    CONFIDE,
    DELETE,
    SHOW,
    Casebook,
)
from tests.support.restricted import ada, bob
from tests.support.tasks import LATER, LONG_AGO, MINE, MUCH_LATER, mine, overdue, shown


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
