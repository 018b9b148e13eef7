"""All that an incident tells: written at registration or later, read, and kept in the history."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.casebook import EDIT, REGISTER, Casebook
from tests.support.services import Json, user

READ = """
query ($id: ID!) { incident(id: $id) {
    kind tlp pap priority { id } detectionSource { id } department { id } departmentAtRegistration { id } team { id }
    location { site { id } text coordinates { latitude longitude } }
    personalData criticalService impactLevel { id } impactAreas cost { amount currency } outcome { id } rootCause
    noMeasuresReason reportsAndRecords indicatorsText language
    reportedBy { user { id } name external } source { channel system externalId url }
} }
"""
LIST = "query ($filter: IncidentFilter!) { incidents(filter: $filter) { totalCount nodes { title } } }"
LATITUDE = ["location", "coordinates", "latitude"]
FEED = """
query ($id: ID!) { incident(id: $id) { history(first: 1) { nodes { changes { field before after } } } } }
"""


def everything(casebook: Casebook) -> Json:
    """A value for each of the fields, as input."""
    return {
        "kind": "EXERCISE",
        "tlp": "RED",
        "pap": "GREEN",
        "priority": {"code": "p1"},
        "detectionSource": {"code": "monitoring"},
        "departmentId": str(casebook.hall),
        "teamId": str(casebook.hall),
        "location": {
            "siteId": str(casebook.hall), "text": "Gate 3", "coordinates": {"latitude": 51.2, "longitude": 71.4},
        },
        "personalData": True,
        "criticalService": False,
        "impactLevel": {"code": "grave"},
        "impactAreas": ["SAFETY", "CONFIDENTIALITY", "SAFETY"],
        "cost": {"amount": "1200.50", "currency": "KZT"},
        "outcome": {"code": "false-alarm"},
        "rootCause": "A cable",
        "noMeasuresReason": "It was practice",
        "reportsAndRecords": "Protocol 7",
        "indicatorsText": "10[.]0[.]0[.]1",
        "language": "kk",
        "reportedBy": {"userId": str(casebook.bob), "name": "Bob", "external": False},
    }  # fmt: skip


def as_read(casebook: Casebook) -> Json:
    here = {"id": str(casebook.hall)}
    told = everything(casebook)
    del told["departmentId"], told["teamId"]
    return told | {
        "priority": {"id": str(casebook.id_of("p1"))},
        "detectionSource": {"id": str(casebook.id_of("monitoring"))},
        "department": here,
        "departmentAtRegistration": here,
        "team": here,
        "location": {"site": here, "text": "Gate 3", "coordinates": {"latitude": 51.2, "longitude": 71.4}},
        "impactLevel": {"id": str(casebook.id_of("grave"))},
        "impactAreas": ["CONFIDENTIALITY", "SAFETY"],
        "cost": {"amount": "1200.5", "currency": "KZT"},
        "outcome": {"id": str(casebook.id_of("false-alarm"))},
        "reportedBy": {"user": {"id": str(casebook.bob)}, "name": "Bob", "external": False},
        "source": {"channel": "API", "system": None, "externalId": None, "url": None},
    }


async def read(casebook: Casebook, incident: Json) -> Json:
    found: Json = (await casebook.service.data(READ, casebook.reader(casebook.acme), id=incident["id"]))["incident"]
    return found


async def test_everything_may_be_told_at_registration(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), **everything(casebook))

    assert await read(casebook, incident) == as_read(casebook)


async def test_everything_may_be_told_later_and_emptied_again(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    at_first = await read(casebook, incident)
    told = everything(casebook)

    edited = await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, **told)
    full = await read(casebook, incident)
    again = await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=2, **told)
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=2, **dict.fromkeys(told))

    assert full == as_read(casebook)
    assert (edited["version"], again["version"]) == (2, 2)
    assert at_first["language"] == "en"
    first = {"id": str(casebook.hall)}
    assert await read(casebook, incident) == at_first | {"language": None, "departmentAtRegistration": first}


async def test_the_history_tells_each_field_by_the_name_callers_know(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, **everything(casebook))

    data = await casebook.service.data(FEED, officer, id=incident["id"])
    (entry,) = data["incident"]["history"]["nodes"]
    changes = {each["field"]: (each["before"], each["after"]) for each in entry["changes"]}
    assert changes["kind"] == ("INCIDENT", "EXERCISE")
    assert changes["cost.amount"] == (None, "1200.5")
    assert changes["location.site"] == (None, str(casebook.hall))
    assert changes["location.coordinates.latitude"] == (None, "51.2")
    assert changes["reportedBy.user"] == (None, str(casebook.bob))
    assert changes["personalData"] == (None, "true")
    assert changes["departmentAtRegistration"] == (None, str(casebook.hall))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"cost": {"amount": "-1", "currency": "EUR"}}, "INVALID", ["cost", "amount"]),
        ({"cost": {"amount": "1", "currency": "EURO"}}, "INVALID", ["cost", "currency"]),
        ({"location": {"coordinates": {"latitude": 91, "longitude": 0}}}, "INVALID", LATITUDE),
        ({"language": "klingon"}, "INVALID", ["language"]),
        ({"outcome": {"code": "low"}}, "NOT_FOUND", ["outcome"]),
        ({"reportedBy": {"userId": str(uuid4())}}, "NOT_FOUND", ["reportedBy", "userId"]),
        ({"departmentId": "no id"}, "INVALID", ["departmentId"]),
        ({"rootCause": "\x01"}, "INVALID", ["rootCause"]),
    ],
)  # fmt: skip
async def test_what_breaks_a_rule_names_its_field(
    casebook: Casebook, fields: dict[str, Any], code: str, field: list[str]
) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    async with casebook.unchanged():
        payloads = [
            await casebook.try_to(REGISTER, officer, title="Lost notebook", **fields),
            await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, **fields),
        ]

    assert [[(error["code"], error["field"]) for error in each["errors"]] for each in payloads] == [[(code, field)]] * 2


@pytest.mark.parametrize(
    ("name", "field"), [("departmentId", ["departmentId"]), ("teamId", ["teamId"]), ("siteId", ["location", "siteId"])]
)
async def test_units_of_other_companies_are_as_absent_as_those_that_never_were(
    casebook: Casebook, name: str, field: list[str]
) -> None:
    officer = casebook.officer(casebook.acme)

    def given(unit: object) -> Json:
        return {"location": {name: str(unit)}} if name == "siteId" else {name: str(unit)}

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(REGISTER, officer, title="Lost notebook", **given(unit))
            for unit in (casebook.plant, uuid4())
        ]

    assert answers[0] == answers[1]
    assert [(error["code"], error["field"]) for error in answers[0]["errors"]] == [("NOT_FOUND", field)]


async def test_a_unit_that_is_no_longer_in_use_may_stay_and_is_given_to_nobody_anew(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    held: dict[str, Any] = {
        "departmentId": str(casebook.hall),
        "teamId": str(casebook.hall),
        "location": {"siteId": str(casebook.hall)},
    }
    incident = await casebook.register(officer, **held)
    for kind in ("department", "site", "team"):
        casebook.access.rows[kind][0] |= {"active": False, "version": 2}
        await casebook.hear("access", f"{kind}.changed.v1", **{f"{kind}_id": str(casebook.hall)})

    kept = await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, title="Still there", **held)
    refused = await casebook.try_to(REGISTER, officer, title="Another one", departmentId=held["departmentId"])

    assert kept["version"] == 2
    assert [error["field"] for error in refused["errors"]] == [["departmentId"]]


async def test_who_may_not_see_incidents_may_have_noticed_one(casebook: Casebook) -> None:
    guard = user({"incident.add": [casebook.acme]})

    incident = await casebook.register(guard, reportedBy={"userId": str(guard.id)})
    other = await casebook.try_to(REGISTER, guard, title="Lost badge", reportedBy={"userId": str(casebook.nora)})

    assert (await casebook.row(incident["id"])).reported_by_id == guard.id
    assert [error["code"] for error in other["errors"]] == ["NOT_FOUND"]


async def test_the_first_department_stays_for_figures(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    second = uuid4()
    casebook.access.rows["department"].append(
        {"id": str(second), "version": 1, "company_id": str(casebook.acme), "active": True}
    )
    incident = await casebook.register(officer, departmentId=str(casebook.hall))

    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, departmentId=str(second))

    row = await casebook.row(incident["id"])
    assert (row.department_id, row.department_at_registration_id) == (second, casebook.hall)


async def test_lists_are_filtered_by_what_people_ask_for(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    here = [str(casebook.hall)]
    await casebook.register(officer, title="Told in full", tags=["a", "b"], **everything(casebook))
    await casebook.register(officer, title="Just a title")
    filters: list[Json] = [
        {"kinds": ["EXERCISE"]}, {"tlp": ["RED", "CLEAR"]}, {"impactAreas": ["SAFETY", "LEGAL"]}, {"tags": ["b", "c"]},
        {"departmentIds": here}, {"teamIds": here}, {"siteIds": here}, {"reportedByIds": [str(casebook.bob)]},
        {"outcomes": [{"code": "false-alarm"}]}, {"impactLevels": [{"code": "grave"}]},
        {"priorities": [{"code": "p1"}]}, {"detectionSources": [{"code": "monitoring"}]},
        {"personalData": True}, {"criticalService": False},
    ]  # fmt: skip

    for each in filters:
        found = (await casebook.service.data(LIST, officer, filter=each))["incidents"]
        assert found == {"totalCount": 1, "nodes": [{"title": "Told in full"}]}, each
    nothing: list[Json] = [
        {"personalData": False}, {"tags": []}, {"tags": ["\x00"]}, {"kinds": ["EVENT"]}, {"channels": ["MAIL"]},
        {"detected": {"from": "2026-01-01T00:00:00Z"}}, {"closed": {"to": "2036-01-01T00:00:00Z"}},
        {"updated": {"to": "2026-01-01T00:00:00Z"}}, {"reported": {"to": "2036-01-01T00:00:00Z"}},
    ]  # fmt: skip
    for each in nothing:
        found = (await casebook.service.data(LIST, officer, filter=each))["incidents"]
        assert found == {"totalCount": 0, "nodes": []}, each
    both = await casebook.service.data(
        LIST, officer, filter={"channels": ["API"], "registeredByIds": [str(officer.id)]}
    )
    assert both["incidents"]["totalCount"] == 2
