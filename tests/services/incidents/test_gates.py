"""Gates: told beforehand, held at the move, set by each company for itself."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.casebook import EDIT, MOVE, Casebook
from tests.support.services import Json, user

AHEAD = """
query ($id: ID!, $to: StatusCategory!) { incident(id: $id) {
    completeness missingFor(transition: $to) { demand gate field message }
} }
"""
SET = """
mutation ($input: SetIncidentGateInput!) { setIncidentGate(input: $input) {
    gate { category demands usual version } errors { code message field } } }
"""
GATES = """
incidentGates { category demands usual version }
incidentGateChanges { category version actor { id } before after }
"""
LIST = "{ incidents { nodes { completeness missingFor(transition: CLOSED) { demand } } } }"


async def ahead(casebook: Casebook, incident: Json, to: str) -> Json:
    actor = casebook.reader(casebook.acme)
    found: Json = (await casebook.service.data(AHEAD, actor, id=incident["id"], to=to))["incident"]
    return found


async def test_a_title_is_enough_and_what_is_missing_is_told_beforehand(casebook: Casebook) -> None:
    await casebook.demand(None)
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    active, closed = await ahead(casebook, incident, "ACTIVE"), await ahead(casebook, incident, "CLOSED")

    assert active["completeness"] == 0
    assert [each["field"] for each in active["missingFor"]] == ["classification", "type", "severity", "responsibleId"]
    assert [each["gate"] for each in closed["missingFor"]] == ["ACTIVE"] * 4 + ["RESOLVED"] + ["CLOSED"] * 4
    assert (await ahead(casebook, incident, "TRIAGE"))["missingFor"] == []


async def test_a_refused_move_lists_all_that_is_missing_and_changes_nothing(casebook: Casebook) -> None:
    await casebook.demand(None)
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, severity={"code": "low"})
    told = (await ahead(casebook, incident, "RESOLVED"))["missingFor"]

    async with casebook.unchanged():
        payload = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "resolved"})

    assert payload["incident"] is None
    assert [(each["code"], each["field"]) for each in payload["errors"]] == [
        ("INVALID", ["classification"]), ("INVALID", ["type"]), ("INVALID", ["responsibleId"]),
        ("INVALID", ["actionsTaken"]),
    ]  # fmt: skip
    assert [each["message"] for each in payload["errors"]] == [each["message"] for each in told]


async def test_what_tells_everything_goes_all_the_way(casebook: Casebook) -> None:
    await casebook.demand(None)
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    told: dict[str, Any] = {
        "type": {"code": "fraud.phishing"}, "severity": {"code": "low"}, "responsibleId": str(casebook.ada),
        "actionsTaken": "Blocked", "departmentId": str(casebook.hall), "impact": "None",
        "outcome": {"code": "false-alarm"}, "noMeasuresReason": "It was no incident",
    }  # fmt: skip

    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, **told)

    assert await ahead(casebook, incident, "CLOSED") == {"completeness": 100, "missingFor": []}
    assert (await casebook.move(officer, incident, "closed"))["statusCategory"] == "CLOSED"


async def test_declining_and_the_way_back_are_open(casebook: Casebook) -> None:
    await casebook.demand(None)
    officer = casebook.officer(casebook.acme)
    closed = await casebook.register(officer, status={"code": "closed"})

    await casebook.move(officer, closed, "in-progress")
    await casebook.move(officer, await casebook.register(officer), "declined")


async def test_the_right_is_asked_before_the_gate(casebook: Casebook) -> None:
    await casebook.demand(None)
    officer = casebook.officer(casebook.acme, without=["close"])
    incident = await casebook.register(officer)

    payload = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "closed"})

    assert [each["code"] for each in payload["errors"]] == ["DENIED"]


async def test_a_company_sets_its_own_gates_and_everybody_there_sees_who_did(casebook: Casebook) -> None:
    await casebook.demand(None)
    officer = casebook.officer(casebook.acme, casebook.north)
    manager = user({"directory.manage": [casebook.acme], "incident.view": [casebook.acme]})
    company = {"code": "ACME"}

    first = await casebook.try_to(SET, manager, company=company, category="ACTIVE", demands=["TEAM", "IMPACT", "TEAM"])
    same = await casebook.try_to(SET, manager, company=company, category="ACTIVE", demands=["IMPACT", "TEAM"])
    here = await casebook.register(officer, company=company)
    there = await casebook.register(officer, company={"code": "NORTH"})
    payloads = [
        await casebook.try_to(MOVE, officer, id=each["id"], status={"code": "in-progress"}) for each in (here, there)
    ]
    refused = [[error["field"] for error in payload["errors"]] for payload in payloads]
    usual = await casebook.try_to(SET, manager, company=company, category="ACTIVE", expectedVersion=1)

    assert first["gate"] == {"category": "ACTIVE", "demands": ["TEAM", "IMPACT"], "usual": False, "version": 1}
    assert same == first
    assert refused == [[["teamId"], ["impact"]], [["classification"], ["type"], ["severity"], ["responsibleId"]]]
    assert (usual["gate"]["usual"], usual["gate"]["version"]) == (True, 2)
    (told,) = await casebook.service.entities("Company", [casebook.acme], GATES, casebook.reader(casebook.acme))
    assert [gate["category"] for gate in told["incidentGates"] if gate["version"]] == ["ACTIVE"]
    by = {"category": "ACTIVE", "actor": {"id": str(manager.id)}}
    assert told["incidentGateChanges"] == [
        by | {"version": 2, "before": ["TEAM", "IMPACT"], "after": None},
        by | {"version": 1, "before": None, "after": ["TEAM", "IMPACT"]},
    ]


async def test_gates_are_set_by_who_manages_directories_there_and_seen_by_who_sees_the_company(
    casebook: Casebook,
) -> None:
    officer = casebook.officer(casebook.acme)
    foreign = user({"directory.manage": [casebook.north], "incident.view": [casebook.north]})
    absent = {"id": str(uuid4())}

    async with casebook.unchanged():
        denied = await casebook.try_to(SET, officer, company={"code": "ACME"}, category="ACTIVE", demands=[])
        hidden = [
            await casebook.try_to(SET, foreign, company=company, category="ACTIVE", demands=[])
            for company in ({"code": "ACME"}, {"id": str(casebook.acme)}, absent)
        ]

    assert [each["code"] for each in denied["errors"]] == ["DENIED"]
    assert hidden[0] == hidden[1] == hidden[2]
    assert [each["code"] for each in hidden[0]["errors"]] == ["NOT_FOUND"]
    (told,) = await casebook.service.entities("Company", [casebook.acme], GATES, foreign)
    assert told == {"incidentGates": None, "incidentGateChanges": []}


@pytest.mark.parametrize("version", [0, 2])
async def test_a_gate_that_somebody_else_changed_is_a_conflict(casebook: Casebook, version: int) -> None:
    manager = user({"directory.manage": [casebook.acme], "incident.view": [casebook.acme]})
    company = {"code": "ACME"}
    await casebook.try_to(SET, manager, company=company, category="CLOSED", demands=["COST"])

    async with casebook.unchanged():
        payload = await casebook.try_to(
            SET, manager, company=company, category="CLOSED", demands=[], expectedVersion=version
        )

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("CONFLICT", ["expectedVersion"])]


async def test_what_is_missing_of_a_list_costs_one_statement(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    for _ in range(3):
        await casebook.register(officer)

    with casebook.service.statements() as seen:
        await casebook.service.data(LIST, officer)

    assert len(seen) == 2


async def test_mandatory_tasks_stand_in_the_usual_way_to_closing(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.demand({"CLOSED": ["TASKS"]})
    incident = await casebook.register(officer)
    await casebook.add_task(officer, incident)
    assert await ahead(casebook, incident, "CLOSED") == {"completeness": 100, "missingFor": []}
    task = await casebook.add_task(officer, incident, mandatory=True)

    (missing,) = (await ahead(casebook, incident, "CLOSED"))["missingFor"]
    async with casebook.unchanged():
        payload = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "closed"})

    assert (missing["demand"], missing["gate"], missing["field"]) == ("TASKS", "CLOSED", "tasks")
    assert [(each["field"], each["message"]) for each in payload["errors"]] == [(["tasks"], missing["message"])]
    assert "editIncidentTask" in missing["message"]
    await casebook.edit_task(officer, task, status="DONE", result="Done")
    assert (await casebook.move(officer, incident, "closed"))["statusCategory"] == "CLOSED"


async def test_a_needed_review_and_complete_action_items_are_demanded_of_those_that_have_them(
    casebook: Casebook,
) -> None:
    ada, bob = [casebook.officer(casebook.acme, id=each) for each in (casebook.ada, casebook.bob)]
    await casebook.demand({"CLOSED": ["REVIEW", "ACTION_ITEMS"]})
    slight = await casebook.register(ada, severity={"code": "low"})
    grave = await casebook.register(ada, severity={"code": "high"})
    item = await casebook.add_item(ada, grave)

    await casebook.move(ada, slight, "closed")
    payload = await casebook.try_to(MOVE, ada, id=grave["id"], status={"code": "closed"})
    assert [each["field"] for each in payload["errors"]] == [["review"], ["actionItems"]]
    assert (await ahead(casebook, grave, "CLOSED"))["completeness"] == 0

    await casebook.edit_item(ada, item, ownerId=str(casebook.ada), dueAt="2090-01-01T00:00:00Z")
    review = await casebook.start_review(ada, grave, facilitatorId=str(casebook.ada))
    await casebook.edit_review(ada, review, summary="Told")
    await casebook.move_review(bob, review, "IN_REVIEW", "APPROVED")
    assert await ahead(casebook, grave, "CLOSED") == {"completeness": 100, "missingFor": []}
    await casebook.move(ada, grave, "closed")


async def test_a_floor_makes_a_demand_of_severe_incidents_only(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    manager = user({"directory.manage": [casebook.acme], "incident.view": [casebook.acme]})
    gate = {"company": {"code": "ACME"}, "category": "ACTIVE", "demands": ["TEAM", "IMPACT"]}
    floors = [{"demand": "IMPACT", "rank": 3}]
    asked = "incidentGates { category floors { demand rank } } incidentGateChanges { floorsAfter { demand rank } }"

    payload = await casebook.try_to(SET, manager, **gate, floors=floors)
    refused = {}
    for name, severity in (("none", None), ("low", {"code": "low"}), ("high", {"code": "high"})):
        incident = await casebook.register(officer, severity=severity)
        told = (await ahead(casebook, incident, "ACTIVE"))["missingFor"]
        moved = await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "in-progress"})
        refused[name] = [each["field"][0] for each in moved["errors"]]
        assert [each["field"] for each in told] == refused[name]

    assert payload["errors"] == []
    assert refused == {"none": ["teamId"], "low": ["teamId"], "high": ["teamId", "impact"]}
    (told,) = await casebook.service.entities("Company", [casebook.acme], asked, casebook.reader(casebook.acme))
    assert next(each["floors"] for each in told["incidentGates"] if each["category"] == "ACTIVE") == floors
    assert told["incidentGateChanges"] == [{"floorsAfter": floors}]
    async with casebook.unchanged():
        wrong = [
            await casebook.try_to(SET, manager, **gate, floors=[{"demand": demand, "rank": rank}])
            for demand, rank in (("COST", 3), ("TEAM", -1))
        ]
    assert [(each["errors"][0]["code"], each["errors"][0]["field"]) for each in wrong] == [("INVALID", ["floors"])] * 2


async def test_what_is_missing_of_a_list_costs_the_same_however_long_it_is(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.demand({"CLOSED": ["TASKS", "REVIEW", "ACTION_ITEMS", "IMPACT"]})
    counts = []
    for _ in range(2):
        incident = await casebook.register(officer, severity={"code": "high"})
        await casebook.add_task(officer, incident, mandatory=True)
        with casebook.service.statements() as seen:
            await casebook.service.data(LIST, officer)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 8
