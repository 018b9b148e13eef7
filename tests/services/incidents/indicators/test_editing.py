"""Editing and removing indicators, and what becomes of those that stand nowhere any more."""

from uuid import uuid4

import pytest

from tests.support.casebook import DELETE, Casebook
from tests.support.indicators import ADD, BY_ID, EDIT, EVIL, REMOVE, add, kept, listed
from tests.support.restricted import ada, bob
from tests.support.services import user

NOT_FOUND = "was not found, or not within your rights."


async def test_stale_versions_get_what_is_there_now(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    (link,) = await add(casebook, ada(casebook), incident, EVIL)
    changed = {"id": link["id"], "expectedVersion": 1}
    await casebook.try_to(EDIT, ada(casebook), **changed, role="VICTIM", indicator={"expectedVersion": 1, "tlp": "RED"})

    async with casebook.unchanged():
        stale = await casebook.try_to(EDIT, ada(casebook), **changed, role="INFRA")
        itself = {"expectedVersion": 1, "tlp": "GREEN"}
        behind = await casebook.try_to(EDIT, ada(casebook), id=link["id"], expectedVersion=2, indicator=itself)
        same = await casebook.try_to(EDIT, ada(casebook), id=link["id"], expectedVersion=2, role="VICTIM")
        gone = await casebook.try_to(REMOVE, ada(casebook), id=link["id"], expectedVersion=1)

    assert [(each["code"], each["field"]) for answer in (stale, behind, gone) for each in answer["errors"]] == [
        ("CONFLICT", ["expectedVersion"]), ("CONFLICT", ["indicator", "expectedVersion"]),
        ("CONFLICT", ["expectedVersion"]),
    ]  # fmt: skip
    for answer in (stale, behind, same):
        assert (answer["indicator"]["role"], answer["indicator"]["indicator"]["tlp"]) == ("VICTIM", "RED")


async def test_what_stands_in_no_incident_any_more_is_forgotten(casebook: Casebook) -> None:
    here, there = [await casebook.register(ada(casebook)) for _ in range(2)]
    (first,), (second,) = [await add(casebook, ada(casebook), each, EVIL) for each in (here, there)]

    assert (await casebook.try_to(REMOVE, ada(casebook), id=first["id"]))["removedId"] == first["id"]
    assert len(await kept(casebook)) == 1
    await casebook.try_to(REMOVE, ada(casebook), id=second["id"])
    assert await kept(casebook) == []
    (again,) = await add(casebook, ada(casebook), here, EVIL)
    assert again["indicator"]["id"] != first["indicator"]["id"]


async def test_indicators_of_deleted_incidents_are_not_there(casebook: Casebook) -> None:
    here, there = [await casebook.register(ada(casebook)) for _ in range(2)]
    (only,) = await add(casebook, ada(casebook), here, EVIL)
    await casebook.try_to(DELETE, ada(casebook), id=here["id"])

    assert await listed(casebook, ada(casebook)) == []
    assert (await casebook.service.data(BY_ID, ada(casebook), id=only["indicator"]["id"]))["indicator"] is None
    await add(casebook, ada(casebook), there, EVIL)
    assert await listed(casebook, ada(casebook)) == [EVIL]


async def test_who_may_only_look_changes_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    (link,) = await add(casebook, ada(casebook), incident, EVIL)
    reader = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(ADD, reader, incidentId=incident["id"], indicators=[{"value": "a.example"}]),
            await casebook.try_to(EDIT, reader, id=link["id"], expectedVersion=1, role="VICTIM"),
            await casebook.try_to(REMOVE, reader, id=link["id"]),
        ]

    assert [answer["errors"][0]["code"] for answer in answers] == ["DENIED"] * 3
    assert await listed(casebook, reader) == [EVIL]


@pytest.mark.parametrize("where", ["foreign", "absent", "deleted", "restricted"])
async def test_of_what_is_out_of_sight_nothing_is_said_or_changed(casebook: Casebook, where: str) -> None:
    boss = casebook.supervisor(casebook.acme, casebook.north)
    more = {"visibility": "RESTRICTED"} if where == "restricted" else {}
    incident = await casebook.register(boss, company={"code": "NORTH" if where == "foreign" else "ACME"}, **more)
    (link,) = await add(casebook, boss, incident, EVIL)
    if where == "deleted":
        await casebook.try_to(DELETE, boss, id=incident["id"])
    named = (str(uuid4()), str(uuid4())) if where == "absent" else (incident["id"], link["id"])

    async with casebook.unchanged():
        added = await casebook.try_to(ADD, bob(casebook), incidentId=named[0], indicators=[{"value": EVIL}])
        itself = {"expectedVersion": 7, "tlp": "RED"}
        edited = await casebook.try_to(EDIT, bob(casebook), id=named[1], expectedVersion=7, indicator=itself)
        removed = await casebook.try_to(REMOVE, bob(casebook), id=named[1], expectedVersion=7)

    assert added["errors"] == [{"code": "NOT_FOUND", "message": f"The incident {NOT_FOUND}", "field": ["incidentId"]}]
    for answer in (edited, removed):
        assert answer["errors"] == [{"code": "NOT_FOUND", "message": f"The indicator {NOT_FOUND}", "field": ["id"]}]
    if where != "absent":
        assert await listed(casebook, bob(casebook)) == []
        assert (await casebook.service.data(BY_ID, bob(casebook), id=link["indicator"]["id"]))["indicator"] is None
