"""Moments of an incident: stamped by what is done to it, told by people, kept with whence they come."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.casebook import EDIT, MOVE, Casebook
from tests.support.services import Json

READ = """
query ($id: ID!) { incident(id: $id) {
    occurredAt detectedAt awareAt acknowledgedAt respondedAt resolvedAt firstResolvedAt closedAt
    firstReopenedAt reopenCount
    timestamps { timestamp at precision origin setBy { id } offset }
    timestampsOutOfOrder { earlier later }
} }
"""
LIST = "query ($filter: IncidentFilter!) { incidents(filter: $filter) { totalCount } }"
MORNING = "2026-03-01T09:30:00+05:00"
NOON = "2026-03-01T12:00:00+05:00"


async def read(casebook: Casebook, incident: Json) -> Json:
    found: Json = (await casebook.service.data(READ, casebook.reader(casebook.acme), id=incident["id"]))["incident"]
    return found


async def test_a_whole_life_is_stamped_as_it_goes(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    lived = [await read(casebook, incident)]
    for status in ("triage", "in-progress", "resolved", "closed", "in-progress", "resolved", "closed"):
        await casebook.move(officer, incident, status)
        lived.append(await read(casebook, incident))

    stamps = ("acknowledgedAt", "respondedAt", "firstResolvedAt", "resolvedAt", "closedAt", "firstReopenedAt")
    held = [[each[stamp] is not None for stamp in stamps] for each in lived]
    assert held == [
        [False, False, False, False, False, False],
        [True, False, False, False, False, False],
        [True, True, False, False, False, False],
        [True, True, True, True, False, False],
        [True, True, True, True, True, False],
        [True, True, True, False, False, True],
        [True, True, True, True, False, True],
        [True, True, True, True, True, True],
    ]
    assert [each["reopenCount"] for each in lived] == [0, 0, 0, 0, 0, 1, 1, 1]
    first = {
        stamp: lived[5][stamp] for stamp in ("acknowledgedAt", "respondedAt", "firstResolvedAt", "firstReopenedAt")
    }
    assert {stamp: lived[-1][stamp] for stamp in first} == first
    assert lived[-1]["resolvedAt"] > lived[4]["resolvedAt"]
    assert {(each["origin"], each["setBy"]["id"]) for each in lived[-1]["timestamps"]} == {("AUTO", str(officer.id))}


async def test_the_first_responsible_person_takes_it_up(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, responsibleId=str(casebook.ada))
    taken_up = (await casebook.row(incident["id"])).acknowledged_at
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=2, responsibleId=str(casebook.bob))
    await casebook.move(officer, incident, "in-progress")

    row = await casebook.row(incident["id"])
    assert row.acknowledged_at == taken_up != row.responded_at
    entry = (await casebook.changes(incident["id"]))[1]
    assert set(entry.changes) == {"responsible_id", "acknowledged_at", "timestamps"}


async def test_moments_are_told_with_precision_and_keep_the_clock_they_were_told_by(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    told = [
        {"timestamp": "CONTAINED", "at": NOON, "precision": "HOUR"},
        {"timestamp": "DETECTED", "at": MORNING},
    ]

    incident = await casebook.register(officer, timestamps=told, occurredAt="2026-02-28T22:00:00Z")

    found = {each["timestamp"]: each for each in (await read(casebook, incident))["timestamps"]}
    by = {"setBy": {"id": str(officer.id)}}
    assert found["CONTAINED"] == by | {
        "timestamp": "CONTAINED", "at": "2026-03-01T07:00:00+00:00", "precision": "HOUR", "origin": "MANUAL",
        "offset": 300,
    }  # fmt: skip
    assert (found["OCCURRED"]["offset"], found["OCCURRED"]["precision"]) == (0, "MINUTE")
    assert (found["AWARE"]["at"], found["AWARE"]["origin"]) == (found["DETECTED"]["at"], "AUTO")


async def test_who_changes_a_moment_is_kept_beside_it_and_in_the_history(casebook: Casebook) -> None:
    officer, other = casebook.officer(casebook.acme), casebook.officer(casebook.acme)
    incident = await casebook.register(officer, detectedAt=MORNING)

    corrected = [{"timestamp": "DETECTED", "at": NOON, "precision": "DAY"}]
    await casebook.change(EDIT, other, id=incident["id"], expectedVersion=1, timestamps=corrected)
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=2, timestamps=corrected)

    row = await casebook.row(incident["id"])
    assert row.version == 2
    assert row.timestamps["detected_at"] == {
        "precision": "DAY", "origin": "MANUAL", "by": str(other.id), "offset": 300,
    }  # fmt: skip
    assert row.aware_at == row.detected_at == datetime(2026, 3, 1, 7, tzinfo=UTC)
    entry = (await casebook.changes(incident["id"]))[1]
    assert set(entry.changes) == {"detected_at", "aware_at", "timestamps"}
    before, after = entry.changes["timestamps"]
    assert (before["detected_at"]["by"], after["detected_at"]["by"]) == (str(officer.id), str(other.id))


async def test_a_stamp_may_be_corrected_and_taken_back(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer, status={"code": "closed"})

    corrected = [{"timestamp": "CLOSED", "at": NOON}, {"timestamp": "ACKNOWLEDGED", "at": None}]
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=1, timestamps=corrected)

    found = await read(casebook, incident)
    origins = {each["timestamp"]: each["origin"] for each in found["timestamps"]}
    assert origins == {"RESOLVED": "AUTO", "FIRST_RESOLVED": "AUTO", "CLOSED": "MANUAL"}
    assert found["closedAt"] == "2026-03-01T07:00:00+00:00"
    assert found["timestampsOutOfOrder"] == [{"earlier": "RESOLVED", "later": "CLOSED"}]


async def test_what_is_imported_says_so(casebook: Casebook) -> None:
    incident = await casebook.register(
        casebook.officer(casebook.acme),
        source={"channel": "IMPORT"},
        status={"code": "closed"},
        timestamps=[{"timestamp": "CLOSED", "at": NOON}, {"timestamp": "RESOLVED", "at": MORNING}],
    )

    found = await read(casebook, incident)
    origins = {each["timestamp"]: each["origin"] for each in found["timestamps"]}
    assert (origins["CLOSED"], origins["RESOLVED"], origins["ACKNOWLEDGED"]) == ("IMPORT", "IMPORT", "AUTO")
    assert found["closedAt"] == "2026-03-01T07:00:00+00:00"


async def test_a_wrong_order_is_a_warning_and_no_refusal(casebook: Casebook) -> None:
    incident = await casebook.register(casebook.officer(casebook.acme), occurredAt=NOON, detectedAt=MORNING)

    assert (await read(casebook, incident))["timestampsOutOfOrder"] == [{"earlier": "OCCURRED", "later": "DETECTED"}]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"timestamps": [{"timestamp": "CLOSED", "at": NOON}]}, ["closedAt"]),
        ({"timestamps": [{"timestamp": "RESOLVED", "at": NOON}]}, ["resolvedAt"]),
        ({"timestamps": [{"timestamp": "DETECTED", "at": NOON}] * 2}, ["timestamps"]),
        ({"timestamps": [{"timestamp": "DETECTED", "at": NOON}], "detectedAt": NOON}, ["timestamps"]),
        ({"timestamps": [{"timestamp": "AWARE", "at": "2026-03-01T12:00:00"}]}, ["awareAt"]),
    ],
)
async def test_what_breaks_a_rule_names_its_field(casebook: Casebook, fields: dict[str, Any], field: list[str]) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    async with casebook.unchanged():
        payload = await casebook.try_to(EDIT, officer, id=incident["id"], expectedVersion=1, **fields)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]


async def test_every_stretch_of_an_incident_is_kept_without_gaps(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.move(officer, incident, "in-progress")
    await casebook.change(
        EDIT, officer, id=incident["id"], expectedVersion=2,
        title="Now graver", severity={"code": "high"}, responsibleId=str(casebook.ada),
    )  # fmt: skip
    await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=4, comment="Nothing that figures tell")
    await casebook.move(officer, incident, "closed")

    stretches = await casebook.intervals(incident["id"])

    assert [(each.category, each.severity_id, each.responsible_id) for each in stretches] == [
        ("NEW", None, None),
        ("ACTIVE", None, None),
        ("ACTIVE", casebook.id_of("high"), casebook.ada),
        ("CLOSED", casebook.id_of("high"), casebook.ada),
    ]
    ends = [each.ended_at for each in stretches]
    assert ends == [*(each.begun_at for each in stretches[1:]), None]
    assert stretches[0].begun_at == (await casebook.row(incident["id"])).registered_at


async def test_a_refused_move_begins_no_stretch(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, without=["close"])
    incident = await casebook.register(officer)

    await casebook.try_to(MOVE, officer, id=incident["id"], status={"code": "closed"})

    assert len(await casebook.intervals(incident["id"])) == 1


async def test_lists_are_filtered_by_the_moments(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    await casebook.register(officer, detectedAt=MORNING, timestamps=[{"timestamp": "CONTAINED", "at": NOON}])
    await casebook.register(officer, status={"code": "resolved"})
    day = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}

    found = {
        name: (await casebook.service.data(LIST, officer, filter={name: day}))["incidents"]["totalCount"]
        for name in ("detected", "aware", "contained", "acknowledged", "resolved")
    }
    since = {name: {"from": "2026-03-02T00:00:00Z"} for name in ("acknowledged", "resolved")}

    assert found == {"detected": 1, "aware": 1, "contained": 1, "acknowledged": 0, "resolved": 0}
    assert (await casebook.service.data(LIST, officer, filter=since))["incidents"]["totalCount"] == 1
