"""Action items: what is to be done so that an incident does not recur, seen to after it is closed."""

from typing import Any
from uuid import uuid4

import pytest

from services.incidents.usecases.announce_overdue import announce_overdue
from tests.support.casebook import (
    ADD_ITEM,
    DELETE,
    DELETE_ITEM,
    EDIT_ITEM,
    SHOW,
    VERIFY_ITEM,
    Casebook,
)
from tests.support.restricted import ada, bob
from tests.support.services import Json, user

ITEMS = """
query ($id: ID!, $first: Int = 20, $after: String) { incident(id: $id) {
    actionItemCounts { total open incomplete overdue }
    actionItems(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { title } } } }
"""
ALL = """
query ($filter: ActionItemFilter, $first: Int = 20, $after: String) {
  actionItems(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { title incident { reference } } } }
"""
OVERDUE = "{ incidents(filter: {overdue: true}) { nodes { id } } }"
LONG_AGO, LATER, MUCH_LATER = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z", "2091-01-01T00:00:00Z"


async def listed(casebook: Casebook, actor: Any, **filter: Any) -> list[str]:
    found = (await casebook.service.data(ALL, actor, filter=filter))["actionItems"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["title"] for each in found["nodes"]]


async def overdue(casebook: Casebook, actor: Any) -> list[str]:
    return [each["id"] for each in (await casebook.service.data(OVERDUE, actor))["incidents"]["nodes"]]


async def test_it_lives_on_when_its_incident_is_closed(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.move(ada(casebook), incident, "closed")

    item = await casebook.add_item(ada(casebook), incident)
    told = await casebook.edit_item(
        ada(casebook), item, ownerId=str(casebook.bob), departmentId=str(casebook.hall), dueAt=LONG_AGO,
        kind="DETECTIVE", priority="HIGH", controlRef="A.8.15", externalSystem="jira",
        externalKey="SEC-1", externalUrl="https://j.example",
    )  # fmt: skip
    assert await overdue(casebook, ada(casebook)) == [incident["id"]]
    done = await casebook.edit_item(bob(casebook), told, status="DONE")
    verified = await casebook.try_to(VERIFY_ITEM, ada(casebook), id=item["id"])

    assert (item["kind"], item["priority"], item["status"], item["owner"]) == ("CORRECTIVE", "MEDIUM", "OPEN", None)
    assert (told["owner"], told["department"]) == ({"id": str(casebook.bob)}, {"id": str(casebook.hall)})
    assert (done["completedAt"] is not None, done["verifiedBy"]) == (True, None)
    assert verified["actionItem"]["verifiedBy"] == {"id": str(casebook.ada)}
    assert await overdue(casebook, ada(casebook)) == []
    again = await casebook.edit_item(ada(casebook), verified["actionItem"], status="OPEN")
    assert (again["completedAt"], again["verifiedAt"], again["verifiedBy"]) == (None, None, None)


async def test_each_status_asks_for_what_explains_it(casebook: Casebook) -> None:
    item = await casebook.add_item(ada(casebook), await casebook.register(ada(casebook)))

    async with casebook.unchanged():
        refused = [
            (await casebook.try_to(mutation, ada(casebook), id=item["id"], expectedVersion=1, **given))["errors"][0]
            for mutation, given in (
                (EDIT_ITEM, {"status": "DONE"}), (EDIT_ITEM, {"status": "WONT_DO"}),
                (EDIT_ITEM, {"status": "DEFERRED"}), (VERIFY_ITEM, {}), (EDIT_ITEM, {"externalKey": "SEC-1"}),
            )
        ]  # fmt: skip

    assert [(each["code"], each["field"]) for each in refused] == [
        ("INVALID", [field]) for field in ("ownerId", "wontDoReason", "dueAt", "verified", "externalSystem")
    ]
    wont = await casebook.edit_item(ada(casebook), item, status="WONT_DO", wontDoReason="Too dear")
    assert (wont["status"], wont["wontDoReason"]) == ("WONT_DO", "Too dear")


async def test_its_owner_does_not_verify_it(casebook: Casebook) -> None:
    item = await casebook.add_item(ada(casebook), await casebook.register(ada(casebook)), ownerId=str(casebook.ada))
    await casebook.edit_item(ada(casebook), item, status="DONE")

    async with casebook.unchanged():
        payload = await casebook.try_to(VERIFY_ITEM, ada(casebook), id=item["id"])
    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["verified"])]
    await casebook.try_to(VERIFY_ITEM, bob(casebook), id=item["id"])
    async with casebook.unchanged():
        same = await casebook.try_to(VERIFY_ITEM, ada(casebook), id=item["id"])
    assert same["actionItem"]["verifiedBy"] == {"id": str(casebook.bob)}
    back = await casebook.try_to(VERIFY_ITEM, ada(casebook), id=item["id"], verified=False)
    assert back["actionItem"]["verifiedAt"] is None


async def test_what_is_awaited_first_comes_first_over_all_incidents_that_one_sees(casebook: Casebook) -> None:
    first, second = [await casebook.register(ada(casebook)) for _ in range(2)]
    north = casebook.officer(casebook.north)
    foreign = await casebook.register(north)
    await casebook.add_item(ada(casebook), first, "Some day")
    await casebook.add_item(ada(casebook), second, "Much later", dueAt=MUCH_LATER, ownerId=str(casebook.bob))
    await casebook.add_item(ada(casebook), first, "Late", dueAt=LONG_AGO)
    wont = await casebook.add_item(ada(casebook), first, "Never", dueAt=LONG_AGO)
    await casebook.edit_item(ada(casebook), wont, status="WONT_DO", wontDoReason="No")
    await casebook.add_item(north, foreign, "Foreign", dueAt=LATER)

    reader = casebook.reader(casebook.acme, casebook.north)
    assert await listed(casebook, reader) == ["Late", "Foreign", "Much later", "Some day", "Never"]
    assert await listed(casebook, ada(casebook)) == ["Late", "Much later", "Some day", "Never"]
    assert await listed(casebook, reader, companyIds=[str(casebook.north)]) == ["Foreign"]
    assert await listed(casebook, ada(casebook), companyIds=[str(casebook.north)]) == []
    assert await listed(casebook, reader, ownerIds=[str(casebook.bob)]) == ["Much later"]
    assert await listed(casebook, reader, statuses=["WONT_DO"]) == ["Never"]
    assert await listed(casebook, reader, overdue=True) == ["Late"]
    assert len(await listed(casebook, reader, overdue=False)) == 4
    titles: list[str] = []
    after = None
    for _ in range(3):
        page = (await casebook.service.data(ALL, reader, first=2, after=after))["actionItems"]
        titles += [each["title"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (titles, page["pageInfo"]["hasNextPage"]) == (await listed(casebook, reader), False)


async def test_those_of_incidents_that_one_does_not_see_are_in_no_list(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.add_item(ada(casebook), incident, dueAt=LONG_AGO, ownerId=str(casebook.bob))

    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")
    assert await listed(casebook, bob(casebook), ownerIds=[str(casebook.bob)]) == []
    assert await listed(casebook, ada(casebook), overdue=True) == ["Keep logs longer"]
    assert await listed(casebook, casebook.supervisor(casebook.acme)) == ["Keep logs longer"]
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])
    assert await listed(casebook, ada(casebook)) == []


async def test_a_late_one_is_told_to_its_owner_once(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    item = await casebook.add_item(ada(casebook), incident, dueAt=LONG_AGO, ownerId=str(casebook.bob))
    await casebook.add_item(ada(casebook), incident, dueAt=LONG_AGO)

    assert [await announce_overdue(casebook.service.database) for _ in range(2)] == [2, 0]

    told = [each.data for each in await casebook.service.events() if each.type == "incident.part_overdue.v1"]
    assert {each["part"] for each in told} == {"ACTION_ITEM"}
    assert {each["part_id"]: each["concerned_ids"] for each in told}[item["id"]] == [str(casebook.bob)]
    assert sorted(len(each["concerned_ids"]) for each in told) == [0, 1]


async def test_numbers_pages_and_deletion(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    items = [await casebook.add_item(ada(casebook), incident, f"Item {number}") for number in range(3)]
    await casebook.edit_item(ada(casebook), items[0], ownerId=str(casebook.ada), dueAt=LONG_AGO)
    await casebook.edit_item(ada(casebook), items[1], status="DONE", ownerId=str(casebook.ada))

    found = (await casebook.service.data(ITEMS, ada(casebook), id=incident["id"], first=2))["incident"]
    assert found["actionItemCounts"] == {"total": 3, "open": 2, "incomplete": 1, "overdue": 1}
    assert [each["title"] for each in found["actionItems"]["nodes"]] == ["Item 0", "Item 1"]
    after = found["actionItems"]["pageInfo"]["endCursor"]
    found = (await casebook.service.data(ITEMS, ada(casebook), id=incident["id"], after=after))["incident"]
    assert [each["title"] for each in found["actionItems"]["nodes"]] == ["Item 2"]

    async with casebook.unchanged():
        stale = await casebook.try_to(DELETE_ITEM, ada(casebook), id=items[0]["id"], expectedVersion=1)
    gone = await casebook.try_to(DELETE_ITEM, ada(casebook), id=items[0]["id"], expectedVersion=2)
    assert (stale["errors"][0]["code"], stale["actionItem"]["version"]) == ("CONFLICT", 2)
    assert (gone["deletedId"], gone["errors"]) == (items[0]["id"], [])
    assert await overdue(casebook, ada(casebook)) == []
    async with casebook.unchanged():
        again = await casebook.try_to(EDIT_ITEM, ada(casebook), id=items[0]["id"], expectedVersion=3)
    assert again["errors"][0]["code"] == "NOT_FOUND"


async def test_who_may_only_look_changes_nothing_and_a_stranger_finds_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    item = await casebook.add_item(ada(casebook), incident)
    reader = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})
    tried = (
        (ADD_ITEM, {"incidentId": incident["id"], "title": "Look"}, {"incidentId": str(uuid4()), "title": "Look"}),
        (EDIT_ITEM, {"id": item["id"], "expectedVersion": 9}, {"id": str(uuid4()), "expectedVersion": 9}),
        (VERIFY_ITEM, {"id": item["id"]}, {"id": str(uuid4())}),
        (DELETE_ITEM, {"id": item["id"]}, {"id": str(uuid4())}),
    )

    async with casebook.unchanged():
        for mutation, there, absent in tried:
            assert (await casebook.try_to(mutation, reader, **there))["errors"][0]["code"] == "DENIED"
            stranger = casebook.supervisor(casebook.north)
            hidden = await casebook.try_to(mutation, stranger, **there)
            assert hidden == await casebook.try_to(mutation, stranger, **absent)
            assert hidden["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": "x"}, "INVALID", ["title"]),
        ({"description": "x" * 20_001}, "INVALID", ["description"]),
        ({"ownerId": "no id"}, "INVALID", ["ownerId"]),
        ({"ownerId": str(uuid4())}, "NOT_FOUND", ["ownerId"]),
        ({"departmentId": str(uuid4())}, "NOT_FOUND", ["departmentId"]),
        ({"controlRef": "x" * 301}, "INVALID", ["controlRef"]),
        ({"externalUrl": "javascript:alert(1)"}, "INVALID", ["externalUrl"]),
        ({"dueAt": "2026-01-01T00:00:00"}, "INVALID", ["dueAt"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_beside_its_field(
    casebook: Casebook, given: Json, code: str, field: list[str]
) -> None:
    incident = await casebook.register(ada(casebook))

    async with casebook.unchanged():
        item = {"incidentId": incident["id"], "title": "Keep logs longer"} | given
        payload = await casebook.try_to(ADD_ITEM, ada(casebook), **item)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]


async def test_those_of_many_incidents_cost_a_statement_for_each_question(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(4)]
    for incident in incidents[1:]:
        await casebook.add_item(ada(casebook), incident)
    asked = [incident["id"] for incident in incidents]

    with casebook.service.statements() as statements:
        found = await casebook.service.entities(
            "Incident", asked, "actionItemCounts { total } actionItems { nodes { title } totalCount }", ada(casebook)
        )

    assert [each["actionItemCounts"]["total"] for each in found] == [0, 1, 1, 1]
    assert len(statements) == 4
