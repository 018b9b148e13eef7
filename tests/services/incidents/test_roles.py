"""Roles: who does what about an incident, and that the lead is the responsible person."""

from typing import Any
from uuid import uuid4

import pytest

from services.incidents.domain import visibility
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, EDIT, SHOW, Casebook
from tests.support.restricted import ada, bob, others
from tests.support.services import Json

ASSIGN = """
mutation ($input: AssignIncidentRoleInput!) { assignIncidentRole(input: $input) {
    assignment { id version role { id } user { id } contact { name email organization } begunAt endedAt
        assignedBy { id } endedBy { id } } errors { code message field } } }
"""
END = """
mutation ($input: EndIncidentRoleInput!) { endIncidentRole(input: $input) {
    assignment { id version user { id } endedAt endedBy { id } } errors { code message field } } }
"""
ROLES = """
query ($id: ID!, $only: Boolean = false, $first: Int = 20, $after: String) {
  incident(id: $id) { responsible { id } roles(onlyCurrent: $only, first: $first, after: $after) {
    nodes { id role { id } user { id } contact { name } begunAt endedAt } totalCount
    pageInfo { hasNextPage endCursor } } } }
"""


async def give(casebook: Casebook, actor: Any, incident: Json, role: str, **more: Any) -> Json:
    payload = await casebook.try_to(ASSIGN, actor, incidentId=incident["id"], role={"code": role}, **more)
    assert payload["errors"] == []
    found: Json = payload["assignment"]
    return found


async def shown(casebook: Casebook, incident: Json, actor: Any, **more: Any) -> Json:
    found: Json = (await casebook.service.data(ROLES, actor, id=incident["id"], **more))["incident"]
    return found


async def held(casebook: Casebook, incident: Json, **more: Any) -> list[tuple[str, str | None, bool]]:
    """Role, user, and whether it has ended."""
    codes = {entry["id"]: code for code, entry in casebook.entries.items()}
    nodes = (await shown(casebook, incident, ada(casebook), **more))["roles"]["nodes"]
    return [
        (codes[each["role"]["id"]], each["user"] and each["user"]["id"], each["endedAt"] is not None) for each in nodes
    ]


async def test_several_may_have_a_role_and_one_may_be_from_outside(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    first = await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))
    contact = {"name": "Eve Counsel", "email": "eve@example.org", "organization": "Counsel & Co"}
    second = await give(
        casebook, bob(casebook), incident, "scribe", contact=contact, begunAt="2026-01-02T03:04:05+01:00"
    )

    assert (first["user"]["id"], first["contact"], first["assignedBy"]["id"]) == (
        str(casebook.bob), None, str(casebook.ada),
    )  # fmt: skip
    assert (second["user"], second["contact"], second["begunAt"]) == (None, contact, "2026-01-02T02:04:05+00:00")
    assert await held(casebook, incident) == [("scribe", str(casebook.bob), False), ("scribe", None, False)]


async def test_the_lead_is_the_responsible_person_whoever_sets_it(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), responsibleId=str(casebook.ada))
    assert await held(casebook, incident) == [("lead", str(casebook.ada), False)]

    await give(casebook, ada(casebook), incident, "lead", userId=str(casebook.bob))

    assert (await shown(casebook, incident, ada(casebook)))["responsible"] == {"id": str(casebook.bob)}
    await casebook.change(EDIT, ada(casebook), id=incident["id"], expectedVersion=2, responsibleId=str(casebook.ada))
    assert await held(casebook, incident) == [
        ("lead", str(casebook.ada), True), ("lead", str(casebook.bob), True), ("lead", str(casebook.ada), False),
    ]  # fmt: skip
    assert await casebook.kinds_of_events(incident["id"]) == [
        (1, "incident.registered.v1"), (2, "incident.assigned.v1"), (3, "incident.assigned.v1"),
    ]  # fmt: skip
    stretches = await casebook.intervals(incident["id"])
    assert [each.responsible_id for each in stretches] == [casebook.ada, casebook.bob, casebook.ada]
    assert [each.ended_at is None for each in stretches] == [False, False, True]


async def test_ending_the_lead_leaves_nobody_responsible(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    lead = await give(casebook, ada(casebook), incident, "lead", userId=str(casebook.bob))

    payload = await casebook.try_to(END, bob(casebook), id=lead["id"], expectedVersion=1)

    assert payload["errors"] == []
    assert (payload["assignment"]["version"], payload["assignment"]["endedBy"]) == (2, {"id": str(casebook.bob)})
    assert (await shown(casebook, incident, ada(casebook)))["responsible"] is None
    assert await held(casebook, incident, only=True) == []
    assert [each.responsible_id for each in await casebook.intervals(incident["id"])] == [None, casebook.bob, None]


async def test_making_the_lead_who_leads_already_changes_nothing(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook), responsibleId=str(casebook.ada))

    async with casebook.unchanged():
        await give(casebook, bob(casebook), incident, "lead", userId=str(casebook.ada))


async def test_a_role_of_one_person_goes_on_to_the_next(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await give(casebook, ada(casebook), incident, "dpo", userId=str(casebook.ada))

    await give(casebook, ada(casebook), incident, "dpo", userId=str(casebook.bob))

    assert await held(casebook, incident) == [("dpo", str(casebook.ada), True), ("dpo", str(casebook.bob), False)]
    assert await held(casebook, incident, only=True) == [("dpo", str(casebook.bob), False)]
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_what_has_ended_stays_readable_and_as_it_ended(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    role = await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))
    ended = (await casebook.try_to(END, ada(casebook), id=role["id"]))["assignment"]

    async with casebook.unchanged():
        again = await casebook.try_to(END, bob(casebook), id=role["id"])

    assert again == {"assignment": ended, "errors": []}
    assert await held(casebook, incident) == [("scribe", str(casebook.bob), True)]
    changes = await casebook.changes(incident["id"])
    assert [(each.operation, each.part_type, each.part_id and str(each.part_id)) for each in changes] == [
        ("REGISTERED", None, None), ("ADDED", "ROLE", role["id"]), ("EDITED", "ROLE", role["id"]),
    ]  # fmt: skip
    *_, added, _ = await casebook.service.events()
    assert (added.data["concerned_ids"], added.data["version"]) == ([str(casebook.bob)], 1)


async def test_pages_go_on_where_the_last_one_ended(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    for number in range(3):
        await give(casebook, ada(casebook), incident, "scribe", contact={"name": f"Guest {number}"})

    first = (await shown(casebook, incident, ada(casebook), first=2))["roles"]
    rest = (await shown(casebook, incident, ada(casebook), first=2, after=first["pageInfo"]["endCursor"]))["roles"]

    assert [each["contact"]["name"] for each in first["nodes"] + rest["nodes"]] == ["Guest 0", "Guest 1", "Guest 2"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"role": {"code": "scribe"}}, ["userId"], "INVALID"),
        ({"role": {"code": "scribe"}, "userId": "BOB", "contact": {"name": "Eve"}}, ["userId"], "INVALID"),
        ({"role": {"code": "scribe"}, "userId": "NORA"}, ["userId"], "NOT_FOUND"),
        ({"role": {"code": "lead"}, "userId": "NORA"}, ["userId"], "NOT_FOUND"),
        ({"role": {"code": "open"}, "userId": "BOB"}, ["role"], "NOT_FOUND"),
        ({"role": {"code": "lead"}, "contact": {"name": "Eve"}}, ["contact"], "INVALID"),
        ({"role": {"code": "lead"}, "userId": "BOB", "begunAt": "2026-01-02T03:04:05Z"}, ["begunAt"], "INVALID"),
        ({"role": {"code": "scribe"}, "userId": "BOB", "begunAt": "2999-01-01T00:00:00Z"}, ["begunAt"], "INVALID"),
        ({"role": {"code": "scribe"}, "contact": {"name": " "}}, ["contact", "name"], "INVALID"),
        ({"role": {"code": "scribe"}, "contact": {"name": "x" * 301}}, ["contact", "name"], "INVALID"),
        ({"role": {"code": "scribe"}, "contact": {"name": "Eve", "email": "eve"}}, ["contact", "email"], "INVALID"),
    ],
)
async def test_what_breaks_a_rule_names_its_field(casebook: Casebook, given: Json, field: list[str], code: str) -> None:
    incident = await casebook.register(ada(casebook))
    people = {"BOB": str(casebook.bob), "NORA": str(casebook.nora)}
    told = {name: people.get(value, value) if isinstance(value, str) else value for name, value in given.items()}

    async with casebook.unchanged():
        payload = await casebook.try_to(ASSIGN, ada(casebook), incidentId=incident["id"], **told)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]


async def test_nobody_has_a_role_twice_at_once(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    role = await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))
    given = {"incidentId": incident["id"], "role": {"code": "scribe"}, "userId": str(casebook.bob)}

    async with casebook.unchanged():
        (error,) = (await casebook.try_to(ASSIGN, ada(casebook), **given))["errors"]
    assert (error["code"], error["field"]) == ("INVALID", ["userId"])

    await casebook.try_to(END, ada(casebook), id=role["id"])
    assert (await casebook.try_to(ASSIGN, ada(casebook), **given))["errors"] == []


async def test_a_role_does_not_end_before_it_began_nor_by_a_stale_version(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    role = await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))

    async with casebook.unchanged():
        early = await casebook.try_to(END, ada(casebook), id=role["id"], endedAt="2020-01-01T00:00:00Z")
        stale = await casebook.try_to(END, ada(casebook), id=role["id"], expectedVersion=7)

    assert [(error["code"], error["field"]) for error in early["errors"]] == [("INVALID", ["endedAt"])]
    assert [(error["code"], error["field"]) for error in stale["errors"]] == [("CONFLICT", ["expectedVersion"])]
    assert stale["assignment"]["id"] == role["id"]


async def test_who_may_not_edit_changes_no_roles_and_strangers_find_none(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    role = await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))
    given = {"role": {"code": "scribe"}, "contact": {"name": "Eve"}}
    stranger = casebook.officer(casebook.north)

    async with casebook.unchanged():
        for actor, code in ((casebook.reader(casebook.acme), "DENIED"), (stranger, "NOT_FOUND")):
            refused = await casebook.try_to(ASSIGN, actor, incidentId=incident["id"], **given)
            ended = await casebook.try_to(END, actor, id=role["id"])
            assert [error["code"] for error in refused["errors"] + ended["errors"]] == [code] * 2
            assert (refused["assignment"], ended["assignment"]) == (None, None)
        absent = await casebook.try_to(END, stranger, id=str(uuid4()))
        foreign = await casebook.try_to(END, stranger, id=role["id"])
    assert absent == foreign


async def test_of_a_restricted_incident_only_members_have_roles_and_see_them(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.change(SHOW, ada(casebook), id=incident["id"], visibility="RESTRICTED")
    given = {"incidentId": incident["id"], "role": {"code": "scribe"}}

    async with casebook.unchanged():
        (error,) = (await casebook.try_to(ASSIGN, ada(casebook), userId=str(casebook.bob), **given))["errors"]
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["userId"])
        for actor in others(casebook):
            (error,) = (await casebook.try_to(ASSIGN, actor, userId=str(casebook.ada), **given))["errors"]
            assert error["code"] == "NOT_FOUND"
            assert (await casebook.service.data(ROLES, actor, id=incident["id"]))["incident"] is None

    await give(
        casebook, ada(casebook), incident, "lead", userId=str(casebook.bob)
    )  # makes him a member, as an edit does
    assert await held(casebook, incident) == [("lead", str(casebook.bob), False)]


async def test_a_deleted_incident_shows_no_roles(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    role = await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))
    await casebook.try_to(DELETE, ada(casebook), id=incident["id"])

    (error,) = (await casebook.try_to(END, ada(casebook), id=role["id"]))["errors"]

    assert error["code"] == "NOT_FOUND"


async def test_roles_follow_a_role_that_was_merged_into_another(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await give(casebook, ada(casebook), incident, "scribe", userId=str(casebook.bob))
    casebook.alter("scribe", active=False, merged_into_id=str(casebook.id_of("dpo")))

    fact = {"entry_id": str(casebook.id_of("scribe")), "into_id": str(casebook.id_of("dpo")), "kind": "role"}
    await casebook.hear("directories", "directory.entry_merged.v1", **fact)

    assert await held(casebook, incident) == [("dpo", str(casebook.bob), False)]


async def test_roles_of_many_incidents_cost_as_many_statements_as_those_of_one(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook), responsibleId=str(casebook.ada)) for _ in range(3)]
    fields = "roles { nodes { role { id } user { id } } totalCount }"
    counted = []
    for some in (incidents[:1], incidents):
        with casebook.service.statements() as statements:
            await casebook.service.entities("Incident", [each["id"] for each in some], fields, ada(casebook))
        counted.append(len(statements))
    assert counted == [4, 4]  # the incidents, their roles, which role is the lead, how many


async def test_a_lead_who_would_be_one_member_too_many_is_refused_beside_who_it_is(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visibility, "MOST_MEMBERS", 1)
    incident = await casebook.register(ada(casebook), visibility="RESTRICTED")

    async with casebook.unchanged():
        given = {"incidentId": incident["id"], "role": {"code": "lead"}, "userId": str(casebook.bob)}
        payload = await casebook.try_to(ASSIGN, ada(casebook), **given)

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["userId"])]
