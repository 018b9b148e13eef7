"""Editing an incident."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.casebook import EDIT, Casebook
from tests.support.services import user

NOT_FOUND = "The incident was not found, or not within your rights."


async def test_what_is_given_changes_and_the_rest_stays(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(
        officer, description="Before", impact="Great", location={"text": "Hall 3", "country": "DE"}, tags=["a"]
    )

    edited = await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=1, description="After", location={"text": "Hall 4"}
    )

    assert (edited["version"], edited["sequence"], edited["title"]) == (2, 2, "Something happened")
    row = await casebook.row(incident["id"])
    assert (row.description, row.impact, row.tags) == ("After", "Great", ["a"])
    assert (row.location_text, row.location_country) == ("Hall 4", "DE")
    assert row.updated_at > row.registered_at


async def test_null_empties(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    full: dict[str, Any] = {
        "description": "Text",
        "type": {"code": "fraud.phishing"},
        "severity": {"code": "low"},
        "location": {"text": "Hall", "country": "DE"},
        "responsibleId": str(casebook.ada),
        "reportedBy": {"name": "Max", "email": "max@example.org", "phone": "112"},
        "occurredAt": "2026-03-01T09:30:00Z",
        "dataSubjectsAffected": 3,
        "tags": ["a"],
    }
    incident = await casebook.register(officer, **full)

    await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=1, classification=None, **dict.fromkeys(full)
    )

    row = await casebook.row(incident["id"])
    assert [row.description, row.type_id, row.classification_id, row.severity_id] == [None] * 4
    assert [row.location_text, row.location_country, row.responsible_id, row.reported_by_name] == [None] * 4
    assert [row.reported_by_email, row.reported_by_phone, row.occurred_at, row.data_subjects_affected] == [None] * 4
    assert row.tags == []


async def test_a_stale_version_gets_the_current_state_and_changes_nothing(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, title="Somebody else's")

    async with casebook.unchanged():
        payload = await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, title="Mine")

    assert (payload["incident"]["version"], payload["incident"]["title"]) == (2, "Somebody else's")
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("CONFLICT", ["expectedVersion"])]


async def test_of_several_editors_at_once_one_wins_and_the_others_are_told(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    payloads = await asyncio.gather(
        *(
            casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, title=f"Editor {number}")
            for number in range(8)
        )
    )

    codes = [[error["code"] for error in payload["errors"]] for payload in payloads]
    assert sorted(codes) == [[], *[["CONFLICT"]] * 7]
    assert {payload["incident"]["title"] for payload in payloads} == {(await casebook.row(incident["id"])).title}
    assert [number for number, _ in await casebook.kinds_of_events(incident["id"])] == [1, 2]


async def test_an_edit_that_changes_nothing_writes_nothing(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    same: dict[str, Any] = {
        "title": "Lost notebook",
        "type": {"code": "fraud.phishing"},
        "occurredAt": "2026-03-01T09:30:00+01:00",
        "responsibleId": str(casebook.ada),
        "tags": ["a"],
    }
    incident = await casebook.register(officer, **same)

    async with casebook.unchanged():
        edited = await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, **same)
        await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1)

    assert (edited["version"], edited["sequence"]) == (1, 1)


async def test_history_and_events_tell_what_changed(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, description="Before")

    await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=1, description="After", type={"code": "malware.worm"}
    )

    _, entry = await casebook.changes(incident["id"])
    assert (entry.operation, entry.sequence, entry.actor_id, entry.company_id) == (
        "EDITED",
        2,
        officer.id,
        casebook.acme,
    )
    assert entry.changes == {
        "description": ["Before", "After"],
        "type_id": [None, str(casebook.id_of("malware.worm"))],
        "classification_id": [None, str(casebook.id_of("malware"))],
    }
    _, event = await casebook.service.events()
    assert (event.type, event.sequence, event.company_id) == ("incident.updated.v1", 2, casebook.acme)
    assert event.data == {
        "incident_id": incident["id"],
        "reference": incident["reference"],
        "changed": ["classification_id", "description", "type_id"],
        "version": 2,
    }


async def test_a_new_responsible_person_is_an_assignment_of_its_own(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    edited = await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=1, title="Taken up", responsibleId=str(casebook.ada)
    )
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=edited["version"], responsibleId=None)

    assert await casebook.kinds_of_events(incident["id"]) == [
        (1, "incident.registered.v1"),
        (2, "incident.updated.v1"),
        (3, "incident.assigned.v1"),
        (4, "incident.assigned.v1"),
    ]
    entries = await casebook.changes(incident["id"])
    assert [(entry.sequence, entry.operation) for entry in entries] == [
        (1, "REGISTERED"), (2, "EDITED"), (3, "ASSIGNED"), (4, "ASSIGNED"),
    ]  # fmt: skip
    assert entries[2].changes["responsible_id"] == [None, str(casebook.ada)]
    assert entries[3].changes == {"responsible_id": [str(casebook.ada), None]}
    events = await casebook.service.events()
    assert [(event.data["before"], event.data["after"]) for event in events[2:]] == [
        (None, str(casebook.ada)), (str(casebook.ada), None),
    ]  # fmt: skip
    row = await casebook.row(incident["id"])
    assert (row.version, row.sequence) == (4, 4)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": None}, "INVALID", ["title"]),
        ({"classification": {"code": "malware"}}, "INVALID", ["classification"]),
        ({"classification": None}, "INVALID", ["classification"]),
        ({"type": {"code": "malware.worm"}, "classification": {"code": "fraud"}}, "INVALID", ["type"]),
        ({"severity": {"code": "nothing"}}, "NOT_FOUND", ["severity"]),
        ({"responsibleId": str(uuid4())}, "NOT_FOUND", ["responsibleId"]),
        ({"description": "good", "impact": "\x01"}, "INVALID", ["impact"]),
    ],
)
async def test_what_breaks_a_rule_changes_nothing(
    casebook: Casebook, fields: dict[str, Any], code: str, field: list[str]
) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, type={"code": "fraud.phishing"})

    async with casebook.unchanged():
        payload = await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, **fields)

    assert payload["incident"] is None
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]


async def test_a_foreign_responsible_person_is_as_absent_as_nobody(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, responsibleId=str(person))
            for person in (casebook.nora, uuid4())
        ]

    assert answers[0] == answers[1]
    assert [error["code"] for error in answers[0]["errors"]] == ["NOT_FOUND"]


async def test_what_an_incident_has_may_stay_when_it_can_no_longer_be_chosen(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    held: dict[str, Any] = {"severity": {"code": "low"}, "responsibleId": str(casebook.ada)}
    incident = await casebook.register(officer, **held)
    casebook.entries["low"] |= {"active": False, "version": 2}
    casebook.access.rows["user"][0] |= {"active": False, "version": 2}
    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=casebook.entries["low"]["id"])
    await casebook.hear("access", "users.changed.v1", user_ids=[str(casebook.ada)])

    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, title="Still the same", **held)
    refused = await casebook.try_to(
        EDIT, officer, id=(await casebook.register(officer))["id"], expectedVersion=1, severity={"code": "low"}
    )

    assert (await casebook.row(incident["id"])).severity_id == casebook.id_of("low")
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("NOT_FOUND", ["severity"])]


async def test_foreign_absent_and_deleted_incidents_are_refused_with_the_same_words(casebook: Casebook) -> None:
    foreign = await casebook.register(casebook.officer(casebook.north))
    officer = casebook.officer(casebook.acme)

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(EDIT, officer, id=id, expectedVersion=version, title="Mine now")
            for id in (foreign["id"], str(uuid4()))
            for version in (1, 7)
        ]

    refused = {"incident": None, "errors": [{"code": "NOT_FOUND", "message": NOT_FOUND, "field": ["id"]}]}
    assert answers == [refused] * 4


async def test_what_is_seen_but_not_to_be_edited_is_denied(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme))
    elsewhere = user({"incident.view": [casebook.acme, casebook.north], "incident.edit": [casebook.north]})
    closer = user({"incident.view": [casebook.acme], "incident.close": [casebook.acme]})

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(EDIT, actor, id=incident["id"], expectedVersion=version, title="Mine now")
            for actor in (elsewhere, closer)
            for version in (1, 7)
        ]

    assert [answer["incident"] for answer in answers] == [None] * 4
    assert [[error["code"] for error in answer["errors"]] for answer in answers] == [["DENIED"]] * 4


async def test_what_is_no_id_is_refused_with_the_field(casebook: Casebook) -> None:
    payload = await casebook.try_to(EDIT, casebook.officer(casebook.acme), id="no id", expectedVersion=1)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["id"])]


async def test_two_edits_in_one_request_show_their_own_history(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    both = """mutation ($id: ID!) {
        one: editIncident(input: {id: $id, expectedVersion: 1, title: "First"}) {
            incident { history { nodes { sequence } totalCount } } }
        two: editIncident(input: {id: $id, expectedVersion: 2, title: "Second"}) {
            incident { history { nodes { sequence } totalCount } } } }"""

    data = await casebook.service.data(both, officer, id=incident["id"])

    told = [data[alias]["incident"]["history"] for alias in ("one", "two")]
    assert [[entry["sequence"] for entry in history["nodes"]] for history in told] == [[2, 1], [3, 2, 1]]
    assert [history["totalCount"] for history in told] == [2, 3]
