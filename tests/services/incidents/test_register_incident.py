"""Registering one incident."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis.access import EVERY_COMPANY
from tests.support.casebook import REGISTER, Casebook
from tests.support.services import user

YEAR = datetime.now(UTC).year
NOT_FOUND = "The company was not found, or not within your rights."


async def test_a_title_is_enough_for_a_caller_of_one_company(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)

    payload = await casebook.try_to(REGISTER, officer, title="  Lost \n notebook ")

    incident = payload["incident"]
    assert (payload["errors"], payload["alreadyRegistered"]) == ([], False)
    assert (incident["title"], incident["reference"]) == ("Lost notebook", f"ACME-{YEAR}-000001")
    assert (incident["version"], incident["statusCategory"], incident["closedAt"]) == (1, "NEW", None)
    row = await casebook.row(incident["id"])
    assert (row.company_id, row.registered_by_id, row.sequence) == (casebook.acme, officer.id, 1)
    assert row.status_id == casebook.id_of("open")
    assert row.registered_at == row.updated_at


async def test_everything_that_is_known_can_be_told_at_once(casebook: Casebook) -> None:
    fields: dict[str, Any] = {
        "description": "# What\n\nWe do not know.",
        "classification": {"code": "fraud"},
        "type": {"id": str(casebook.id_of("fraud.phishing"))},
        "severity": {"code": "high"},
        "status": {"code": "in-progress"},
        "location": {"text": "Hall 3", "country": "DE"},
        "responsibleId": str(casebook.ada),
        "reportedBy": {"name": "Max", "email": "max@example.org", "phone": "112"},
        "occurredAt": "2026-03-01T09:30:00+01:00",
        "detectedAt": "2026-03-01T09:30:00Z",
        "reportedAt": "2026-03-02T09:30:00Z",
        "dataSubjectsAffected": 0,
        "recordsAffected": 12,
        "impact": "None",
        "actionsTaken": "None yet",
        "preventiveMeasures": "Locks",
        "comment": "Look again",
        "tags": ["misp:a=b", "night", "night"],
    }

    row = await casebook.row((await casebook.register(casebook.officer(casebook.acme), **fields))["id"])

    assert (row.classification_id, row.type_id) == (casebook.id_of("fraud"), casebook.id_of("fraud.phishing"))
    assert (row.severity_id, row.status_category) == (casebook.id_of("high"), "ACTIVE")
    assert (row.location_text, row.location_country, row.responsible_id) == ("Hall 3", "DE", casebook.ada)
    assert (row.reported_by_name, row.reported_by_email, row.reported_by_phone) == ("Max", "max@example.org", "112")
    assert row.occurred_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert (row.data_subjects_affected, row.records_affected, row.tags) == (0, 12, ["misp:a=b", "night"])
    assert (row.description, row.impact, row.comment) == ("# What\n\nWe do not know.", "None", "Look again")


async def test_a_registration_leaves_one_history_entry_and_one_event(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)

    incident = await casebook.register(officer, dataSubjectsAffected=0, responsibleId=str(casebook.ada))

    (entry,) = await casebook.changes(incident["id"])
    assert (entry.operation, entry.sequence, entry.actor_id) == ("REGISTERED", 1, officer.id)
    note = {"precision": "MINUTE", "origin": "AUTO", "by": str(officer.id)}
    assert entry.changes == {
        "title": [None, "Something happened"],
        "language": [None, "en"],
        "data_subjects_affected": [None, 0],
        "responsible_id": [None, str(casebook.ada)],
        "status_id": [None, str(casebook.id_of("open"))],
        "acknowledged_at": [None, entry.at.isoformat()],
        "timestamps": [None, {"acknowledged_at": note}],
    }
    assert entry.at == (await casebook.row(incident["id"])).registered_at
    (event,) = await casebook.service.events()
    assert (event.type, str(event.subject), event.sequence) == ("incident.registered.v1", incident["id"], 1)
    assert (event.company_id, event.restricted) == (casebook.acme, False)
    assert event.data["responsible_id"] == str(casebook.ada)
    assert "title" not in event.data


async def test_a_caller_of_several_companies_names_one(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)

    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, officer, title="Lost notebook")

    assert payload["incident"] is None
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["company"])]
    named = await casebook.register(officer, company={"code": "NORTH"})
    assert named["company"]["id"] == str(casebook.north)


async def test_a_caller_of_every_company_names_one(casebook: Casebook) -> None:
    payload = await casebook.try_to(REGISTER, casebook.administrator(), title="Lost notebook")

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["company"])]


async def test_foreign_absent_and_inactive_companies_are_refused_with_the_same_words(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    closed = uuid4()
    casebook.access.rows["company"].append({"id": str(closed), "version": 1, "code": "CLOSED", "active": False})
    others = [{"id": str(casebook.north)}, {"code": "NORTH"}, {"id": str(uuid4())}, {"code": "NOBODY"}, {"code": ""}]

    async with casebook.unchanged():
        answers = [await casebook.try_to(REGISTER, officer, title="Lost", company=each) for each in others]
        inactive = await casebook.try_to(REGISTER, casebook.administrator(), title="Lost", company={"code": "CLOSED"})

    refused = {"code": "NOT_FOUND", "message": NOT_FOUND, "field": ["company"]}
    assert [answer["errors"] for answer in (*answers, inactive)] == [[refused]] * 6


async def test_a_company_that_is_only_seen_is_denied(casebook: Casebook) -> None:
    actor = user({"incident.view": [casebook.acme, casebook.north], "incident.add": [casebook.acme]})

    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, actor, title="Lost notebook", company={"code": "NORTH"})

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("DENIED", ["company"])]


async def test_who_may_register_nowhere_is_denied(casebook: Casebook) -> None:
    async with casebook.unchanged():
        payload = await casebook.try_to(
            REGISTER, casebook.reader(casebook.acme), title="Lost notebook", company={"code": "ACME"}
        )

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("DENIED", [])]


async def test_who_may_only_register_registers_without_seeing(casebook: Casebook) -> None:
    blind = user({"incident.add": [casebook.acme]})

    first = await casebook.try_to(REGISTER, blind, title="I saw something", idempotencyKey="once")
    again = await casebook.try_to(REGISTER, blind, title="I saw something", idempotencyKey="once")

    assert first["incident"]["reference"] == f"ACME-{YEAR}-000001"
    assert (again["incident"], again["alreadyRegistered"], again["errors"]) == (None, True, [])
    found = await casebook.service.data("{ incidents { nodes { id } totalCount } }", blind)
    assert found["incidents"] == {"nodes": [], "totalCount": 0}


async def test_a_company_of_a_moment_ago_is_asked_of_its_owner(casebook: Casebook) -> None:
    fresh = uuid4()
    casebook.access.rows["company"].append({"id": str(fresh), "version": 1, "code": "FRESH", "active": True})

    meant = await casebook.register(casebook.officer(fresh))
    named = await casebook.register(casebook.administrator(), company={"code": "FRESH"})

    assert [each["reference"] for each in (meant, named)] == [f"FRESH-{YEAR}-000001", f"FRESH-{YEAR}-000002"]


async def test_an_entry_of_a_moment_ago_is_asked_of_its_owner(casebook: Casebook) -> None:
    made = casebook.add("severity", "extreme")
    casebook.directories.rows["directory_entry"].append(made)

    incident = await casebook.register(casebook.officer(casebook.acme), severity={"code": "extreme"})

    assert (await casebook.row(incident["id"])).severity_id == casebook.id_of("extreme")


async def test_a_type_brings_its_classification(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), type={"code": "malware.worm"})

    assert (await casebook.row(incident["id"])).classification_id == casebook.id_of("malware")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"type": {"code": "malware.worm"}, "classification": {"code": "fraud"}}, "INVALID", ["type"]),
        ({"type": {"code": "malware.worm"}, "classification": None}, "INVALID", ["type"]),
        ({"type": {"code": "fraud"}}, "NOT_FOUND", ["type"]),
        ({"classification": {"code": "nothing"}}, "NOT_FOUND", ["classification"]),
        ({"severity": {"id": str(uuid4())}}, "NOT_FOUND", ["severity"]),
        ({"status": {"code": "low"}}, "NOT_FOUND", ["status"]),
        ({"severity": {"code": "low\x00"}}, "INVALID", ["severity", "code"]),
        ({"severity": {"id": "no id"}}, "INVALID", ["severity", "id"]),
        ({"severity": {}}, "INVALID", ["severity"]),
        ({"severity": {"id": str(uuid4()), "code": "low"}}, "INVALID", ["severity"]),
        ({"responsibleId": "no id"}, "INVALID", ["responsibleId"]),
        ({"title": "ab"}, "INVALID", ["title"]),
        ({"location": {"country": "Germany"}}, "INVALID", ["location", "country"]),
        ({"reportedBy": {"email": "nobody"}}, "INVALID", ["reportedBy", "email"]),
        ({"occurredAt": "2026-03-01T09:30:00"}, "INVALID", ["occurredAt"]),
        ({"occurredAt": "0001-01-01T00:00:00+10:00"}, "INVALID", ["occurredAt"]),
        ({"dataSubjectsAffected": -1}, "INVALID", ["dataSubjectsAffected"]),
        ({"description": "\x07"}, "INVALID", ["description"]),
        ({"idempotencyKey": ""}, "INVALID", ["idempotencyKey"]),
        ({"idempotencyKey": "k" * 65}, "INVALID", ["idempotencyKey"]),
        ({"idempotencyKey": "k\x00"}, "INVALID", ["idempotencyKey"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_with_its_field(
    casebook: Casebook, fields: dict[str, Any], code: str, field: list[str]
) -> None:
    async with casebook.unchanged():
        payload = await casebook.try_to(
            REGISTER, casebook.officer(casebook.acme), **({"title": "Lost notebook"} | fields)
        )

    assert payload["incident"] is None
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]


async def test_an_entry_that_can_no_longer_be_chosen_is_refused(casebook: Casebook) -> None:
    casebook.directories.rows["directory_entry"].append(casebook.add("severity", "gone", active=False))

    async with casebook.unchanged():
        payload = await casebook.try_to(
            REGISTER, casebook.officer(casebook.acme), title="Lost", severity={"code": "gone"}
        )

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("NOT_FOUND", ["severity"])]


async def test_a_responsible_person_who_cannot_see_the_company_does_not_exist(casebook: Casebook) -> None:
    gone = uuid4()
    casebook.access.rows["user"].append(
        {"id": str(gone), "version": 1, "active": False, "every_company": True, "company_ids": []}
    )
    officer = casebook.officer(casebook.acme, casebook.north)

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(
                REGISTER, officer, title="Lost", company={"code": "ACME"}, responsibleId=str(responsible)
            )
            for responsible in (casebook.nora, gone, uuid4())
        ]

    message = "The responsible person was not found, or not within your rights."
    refused = {"code": "NOT_FOUND", "message": message, "field": ["responsibleId"]}
    assert [answer["errors"] for answer in answers] == [[refused]] * 3


async def test_a_person_who_sees_every_company_may_be_responsible_anywhere(casebook: Casebook) -> None:
    root = uuid4()
    casebook.access.rows["user"].append(
        {"id": str(root), "version": 1, "active": True, "every_company": True, "company_ids": []}
    )

    incident = await casebook.register(casebook.officer(casebook.acme), responsibleId=str(root))

    assert (await casebook.row(incident["id"])).responsible_id == root


@pytest.mark.parametrize("status", ["closed", "declined", "merged"])
async def test_registering_what_is_over_takes_the_right_to_close(casebook: Casebook, status: str) -> None:
    officer = casebook.officer(casebook.acme, without=["close"])

    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, officer, title="Long ago", status={"code": status})

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("DENIED", ["status"])]


async def test_what_is_registered_as_closed_was_closed_then(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)

    closed = await casebook.register(officer, status={"code": "closed"})
    declined = await casebook.register(officer, status={"code": "declined"})

    row = await casebook.row(closed["id"])
    assert row.closed_at == row.registered_at
    assert (await casebook.row(declined["id"])).closed_at is None


async def test_without_an_initial_status_one_must_be_named(casebook: Casebook) -> None:
    casebook.entries["open"] |= {"is_initial": False, "version": 2}
    await casebook.hear(
        "directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of("open")), kind="status"
    )

    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, casebook.officer(casebook.acme), title="Lost notebook")

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["status"])]


async def test_the_right_in_every_company_reaches_each(casebook: Casebook) -> None:
    everywhere = user({"incident.add": EVERY_COMPANY, "incident.view": [casebook.acme]})

    incident = await casebook.register(everywhere, company={"code": "NORTH"})

    assert incident["company"]["id"] == str(casebook.north)
