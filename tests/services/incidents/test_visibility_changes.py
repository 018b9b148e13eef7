"""Restricting incidents, opening them, and changing their members."""

from typing import Any
from uuid import uuid4

import pytest

from chassis.access import Actor
from tests.support.casebook import CONFIDE, DELETE, EDIT, REGISTER, SHOW, Casebook
from tests.support.restricted import EVERY_WAY, ada, bob, seen
from tests.support.services import Json

LIST = "{ incidents(first: 10) { nodes { id } } }"
HISTORY = """
query ($id: ID!) { incident(id: $id) { history { nodes { operation changes { field before after } } } } }
"""


@pytest.fixture
async def secret(casebook: Casebook) -> Json:
    """Registered restricted by Ada, of ACME."""
    return await casebook.register(ada(casebook), title="Kanarien", visibility="RESTRICTED")


async def test_who_registers_it_restricted_and_who_is_responsible_are_members(casebook: Casebook) -> None:
    colleague = casebook.officer(casebook.acme)
    incident = await casebook.register(
        colleague, visibility="RESTRICTED", responsibleId=str(casebook.ada), memberIds=[str(casebook.bob)]
    )

    assert (await casebook.row(incident["id"])).members == [colleague.id, casebook.ada, casebook.bob]
    assert await seen(casebook, incident, bob(casebook)) == EVERY_WAY


async def test_members_without_a_restriction_are_refused(casebook: Casebook) -> None:
    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, ada(casebook), title="Open", memberIds=[str(casebook.bob)])

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["memberIds"])]


async def test_members_are_those_who_may_see_the_company(casebook: Casebook, secret: Json) -> None:
    strangers = [str(casebook.nora), str(uuid4())]
    async with casebook.unchanged():
        registered = [
            await casebook.try_to(REGISTER, ada(casebook), title="New", visibility="RESTRICTED", memberIds=[stranger])
            for stranger in strangers
        ]
        added = [
            await casebook.try_to(CONFIDE, ada(casebook), id=secret["id"], addMembers=[stranger])
            for stranger in strangers
        ]

    for answers, field in ((registered, "memberIds"), (added, "addMembers")):
        assert answers[0] == answers[1]
        assert [(error["code"], error["field"]) for error in answers[0]["errors"]] == [("NOT_FOUND", [field])]


async def test_a_batch_registers_open_and_restricted_ones(casebook: Casebook) -> None:
    rows = [{"title": "Open"}, {"title": "Restricted", "visibility": "RESTRICTED"}]

    results = await casebook.register_many(ada(casebook), rows)

    assert all(result["incident"] and not result["errors"] for result in results)
    found = await casebook.service.data(LIST, bob(casebook))
    assert [node["id"] for node in found["incidents"]["nodes"]] == [results[0]["incident"]["id"]]


async def test_restricting_tells_history_and_event(casebook: Casebook) -> None:
    officer = ada(casebook)
    incident = await casebook.register(officer, responsibleId=str(casebook.bob))

    shown = await casebook.change(SHOW, officer, id=incident["id"], visibility="RESTRICTED", expectedVersion=1)

    members = [str(casebook.ada), str(casebook.bob)]
    assert (shown["visibility"], [member["id"] for member in shown["members"]]) == ("RESTRICTED", members)
    assert shown["version"] == 2
    found = await casebook.service.data(HISTORY, officer, id=incident["id"])
    newest = found["incident"]["history"]["nodes"][0]
    assert newest["operation"] == "VISIBILITY_CHANGED"
    assert {change["field"]: (change["before"], change["after"]) for change in newest["changes"]} == {
        "visibility": ("COMPANY", "RESTRICTED"),
        "members": ("[]", f'["{members[0]}","{members[1]}"]'),
    }
    event = (await casebook.service.events())[-1]
    assert (event.type, event.sequence, event.restricted) == ("incident.visibility_changed.v1", 2, True)
    assert event.data == {
        "incident_id": incident["id"],
        "reference": incident["reference"],
        "before": "COMPANY",
        "after": "RESTRICTED",
        "member_ids": members,
        "version": 2,
    }


async def test_opening_it_shows_it_to_the_company_with_its_history(casebook: Casebook, secret: Json) -> None:
    opened = await casebook.change(SHOW, ada(casebook), id=secret["id"], visibility="COMPANY")

    assert (opened["visibility"], opened["members"], opened["version"]) == ("COMPANY", [], 2)
    assert await seen(casebook, secret, bob(casebook)) == EVERY_WAY
    found = await casebook.service.data(HISTORY, bob(casebook), id=secret["id"])
    assert [entry["operation"] for entry in found["incident"]["history"]["nodes"]] == [
        "VISIBILITY_CHANGED", "REGISTERED",
    ]  # fmt: skip
    assert [event.restricted for event in await casebook.service.events()] == [True, False]


async def test_what_is_as_wanted_already_is_not_written_again(casebook: Casebook, secret: Json) -> None:
    plain = await casebook.register(ada(casebook))

    async with casebook.unchanged():
        await casebook.change(SHOW, ada(casebook), id=plain["id"], visibility="COMPANY")
        await casebook.change(SHOW, casebook.supervisor(casebook.acme), id=secret["id"], visibility="RESTRICTED")
        await casebook.change(CONFIDE, ada(casebook), id=secret["id"], addMembers=[str(casebook.ada)])


async def test_who_sees_all_may_restrict_further_and_is_a_member_then(casebook: Casebook) -> None:
    supervisor, incident = casebook.supervisor(casebook.acme), await casebook.register(ada(casebook))

    await casebook.change(SHOW, supervisor, id=incident["id"], visibility="RESTRICTED", memberIds=[str(casebook.bob)])

    assert (await casebook.row(incident["id"])).members == [supervisor.id, casebook.bob]
    assert await seen(casebook, incident, ada(casebook)) == set()  # who only registered it is no member


async def test_a_new_member_sees_it_and_one_taken_out_does_not(casebook: Casebook, secret: Json) -> None:
    await casebook.change(CONFIDE, ada(casebook), id=secret["id"], addMembers=[str(casebook.bob)], expectedVersion=1)
    assert await seen(casebook, secret, bob(casebook)) == EVERY_WAY

    await casebook.change(CONFIDE, ada(casebook), id=secret["id"], removeMembers=[str(casebook.bob)])

    assert await seen(casebook, secret, bob(casebook)) == set()
    assert [entry.operation for entry in await casebook.changes(secret["id"])] == [
        "REGISTERED", "MEMBERS_CHANGED", "MEMBERS_CHANGED",
    ]  # fmt: skip
    assert await casebook.kinds_of_events(secret["id"]) == [
        (1, "incident.registered.v1"),
        (2, "incident.visibility_changed.v1"),
        (3, "incident.visibility_changed.v1"),
    ]
    assert all(event.restricted for event in await casebook.service.events())


@pytest.mark.parametrize("given", [{"removeMembers": "ada"}, {"removeMembers": "responsible"}])
async def test_nobody_shuts_out_himself_or_the_responsible_person(casebook: Casebook, given: dict[str, str]) -> None:
    incident = await casebook.register(ada(casebook), visibility="RESTRICTED", responsibleId=str(casebook.bob))
    gone = {"ada": casebook.ada, "responsible": casebook.bob}[given["removeMembers"]]

    async with casebook.unchanged():
        payload = await casebook.try_to(CONFIDE, ada(casebook), id=incident["id"], removeMembers=[str(gone)])

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["removeMembers"])]


async def test_the_last_member_stays_also_for_who_sees_all(casebook: Casebook, secret: Json) -> None:
    async with casebook.unchanged():
        payload = await casebook.try_to(
            CONFIDE, casebook.supervisor(casebook.acme), id=secret["id"], removeMembers=[str(casebook.ada)]
        )

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["removeMembers"])]


async def test_what_is_not_restricted_has_no_members_to_change(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    async with casebook.unchanged():
        added = await casebook.try_to(CONFIDE, ada(casebook), id=incident["id"], addMembers=[str(casebook.bob)])
        named = await casebook.try_to(
            SHOW, ada(casebook), id=incident["id"], visibility="COMPANY", memberIds=[str(casebook.bob)]
        )

    assert [(error["code"], error["field"]) for error in added["errors"]] == [("INVALID", ["id"])]
    assert [(error["code"], error["field"]) for error in named["errors"]] == [("INVALID", ["memberIds"])]


@pytest.mark.parametrize(("mutation", "input"), [(SHOW, {"visibility": "COMPANY"}), (CONFIDE, {"addMembers": []})])
async def test_who_may_only_look_is_denied_and_a_stale_version_is_a_conflict(
    casebook: Casebook, secret: Json, mutation: str, input: dict[str, Any]
) -> None:
    looking = casebook.officer(casebook.acme, id=casebook.ada, without=["edit"])
    elsewhere = looking.scope.permissions | {"incident.edit": frozenset({casebook.north})}  # type: ignore[operator]  # a plain dictionary
    actor = Actor(id=casebook.ada, kind=looking.kind, name="Ada", scope=type(looking.scope)(elsewhere))

    async with casebook.unchanged():
        denied = await casebook.try_to(mutation, actor, id=secret["id"], **input)
        stale = await casebook.try_to(mutation, ada(casebook), id=secret["id"], expectedVersion=7, **input)

    assert ([error["code"] for error in denied["errors"]], denied["incident"]) == (["DENIED"], None)
    assert ([error["code"] for error in stale["errors"]], stale["incident"]["version"]) == (["CONFLICT"], 1)


async def test_who_becomes_responsible_is_a_member_before_being_told(casebook: Casebook, secret: Json) -> None:
    edited = await casebook.change(
        EDIT, ada(casebook), id=secret["id"], expectedVersion=1, title="Yours", responsibleId=str(casebook.bob)
    )

    assert edited["version"] == 4
    assert (await casebook.row(secret["id"])).members == [casebook.ada, casebook.bob]
    assert [kind for _, kind in await casebook.kinds_of_events(secret["id"])] == [
        "incident.registered.v1", "incident.updated.v1", "incident.visibility_changed.v1", "incident.assigned.v1",
    ]  # fmt: skip
    assert await seen(casebook, secret, bob(casebook)) == EVERY_WAY


async def test_giving_up_the_work_leaves_the_members_as_they_are(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), visibility="RESTRICTED", responsibleId=str(casebook.bob))

    await casebook.change(EDIT, ada(casebook), id=incident["id"], expectedVersion=1, responsibleId=None)

    assert (await casebook.row(incident["id"])).members == [casebook.ada, casebook.bob]
    await casebook.change(CONFIDE, ada(casebook), id=incident["id"], removeMembers=[str(casebook.bob)])


async def test_all_its_events_are_for_few(casebook: Casebook, secret: Json) -> None:
    await casebook.change(EDIT, ada(casebook), id=secret["id"], expectedVersion=1, title="Other words")
    await casebook.move(ada(casebook), secret, "in-progress")
    await casebook.try_to(DELETE, ada(casebook), id=secret["id"])

    assert [(event.type.split(".")[1], event.restricted) for event in await casebook.service.events()] == [
        ("registered", True), ("updated", True), ("status_changed", True), ("deleted", True),
    ]  # fmt: skip


async def test_registering_again_tells_who_is_shut_out_no_more_than_that_it_was_done(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), idempotencyKey="once")
    supervisor = casebook.supervisor(casebook.acme)
    await casebook.change(SHOW, supervisor, id=incident["id"], visibility="RESTRICTED")

    async with casebook.unchanged():
        again = await casebook.try_to(REGISTER, ada(casebook), title="Something happened", idempotencyKey="once")
        key_of_others = await casebook.try_to(REGISTER, bob(casebook), title="", idempotencyKey="once")

    assert again == {"incident": None, "alreadyRegistered": True, "errors": []}
    assert [error["field"] for error in key_of_others["errors"]] == [["title"]]


async def test_a_restriction_takes_a_number_and_that_is_all_that_is_left_to_see(casebook: Casebook) -> None:
    await casebook.register(ada(casebook), visibility="RESTRICTED")

    assert (await casebook.register(bob(casebook)))["reference"].endswith("-000002")


async def test_other_services_learn_of_restriction_and_members(casebook: Casebook, secret: Json) -> None:
    (row,) = await casebook.service.ask("lookups/incident", {"ids": [secret["id"]]}, caller="files")

    assert (row["restricted"], row["member_ids"]) == (True, [str(casebook.ada)])
