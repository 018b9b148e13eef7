"""Moments that a directory defines: told, put right and taken back, with history, behind the incident's walls."""

from typing import Final
from uuid import UUID, uuid4

import pytest

from services.incidents.domain.custom_timestamps import MOST_TIMESTAMPS
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, REGISTER, Casebook
from tests.support.restricted import ada, bob
from tests.support.services import Json, user

_TIMESTAMP: Final = "id definition { id } at precision origin setBy { id } offset version"
_PAYLOAD: Final = f"{{ timestamp {{ {_TIMESTAMP} }} removedId errors {{ code message field }} }}"
ADD: Final = f"mutation ($input: AddIncidentTimestampInput!) {{ addIncidentTimestamp(input: $input) {_PAYLOAD} }}"
EDIT: Final = f"mutation ($input: EditIncidentTimestampInput!) {{ editIncidentTimestamp(input: $input) {_PAYLOAD} }}"
REMOVE: Final = (
    f"mutation ($input: RemoveIncidentTimestampInput!) {{ removeIncidentTimestamp(input: $input) {_PAYLOAD} }}"
)
SHOWN: Final = f"query ($id: ID!) {{ incident(id: $id) {{ customTimestamps {{ {_TIMESTAMP} }} }} }}"
TOLD: Final = """
query ($id: ID!) { incident(id: $id) { history(first: 9) { nodes {
    operation partType partId
    sentence { template placeholders { name text reference { timestamp { id } } } }
    changes { field label before after afterReference { timestamp { id } } } } } } }
"""
EVIDENCE: Final[Json] = {"definition": {"code": "evidence-secured"}, "at": "2026-03-01T12:00:00+05:00"}
INSURER: Final[Json] = {"definition": {"code": "insurer-informed"}, "at": "2026-02-01T09:30:00Z"}


async def add(casebook: Casebook, incident: Json, **given: object) -> Json:
    payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], **{**EVIDENCE, **given})
    assert payload["errors"] == []
    found: Json = payload["timestamp"]
    return found


async def shown(casebook: Casebook, incident: Json) -> list[Json]:
    found = await casebook.service.data(SHOWN, bob(casebook), id=incident["id"])
    rows: list[Json] = found["incident"]["customTimestamps"]
    return rows


async def test_they_are_told_put_right_and_taken_back_with_history(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))

    evidence = await add(casebook, incident, precision="HOUR")
    insurer = await add(casebook, incident, **INSURER)
    later: Json = {"id": evidence["id"], "at": "2026-03-02T07:00:00Z"}
    edited = (await casebook.try_to(EDIT, bob(casebook), expectedVersion=1, **later))["timestamp"]
    same = await casebook.try_to(EDIT, ada(casebook), expectedVersion=2, **later | {"at": "2026-03-02T08:00:00+01:00"})

    assert evidence == {
        "id": evidence["id"], "definition": {"id": str(casebook.id_of("evidence-secured"))},
        "at": "2026-03-01T07:00:00+00:00", "precision": "HOUR", "origin": "MANUAL",
        "setBy": {"id": str(casebook.ada)}, "offset": 300, "version": 1,
    }  # fmt: skip
    assert edited == evidence | {
        "at": "2026-03-02T07:00:00+00:00", "setBy": {"id": str(casebook.bob)}, "offset": 0, "version": 2,
    }  # fmt: skip
    assert (same["timestamp"], same["errors"]) == (edited, [])
    assert await shown(casebook, incident) == [insurer, edited]

    removed = await casebook.try_to(REMOVE, ada(casebook), id=evidence["id"], expectedVersion=2)

    assert removed == {"timestamp": None, "removedId": evidence["id"], "errors": []}
    assert await shown(casebook, incident) == [insurer]
    before, after = "2026-03-01T07:00:00+00:00", "2026-03-02T07:00:00+00:00"
    definition = str(casebook.id_of("evidence-secured"))
    changes = [each for each in await casebook.changes(incident["id"]) if str(each.part_id) == evidence["id"]]
    assert [(each.operation, each.part_type, each.changes) for each in changes] == [
        ("ADDED", "TIMESTAMP", {"definition_id": [None, definition], "at": [None, before],
                                "precision": [None, "HOUR"], "origin": [None, "MANUAL"]}),
        ("EDITED", "TIMESTAMP", {"at": [before, after]}),
        ("REMOVED", "TIMESTAMP", {"definition_id": [definition, None], "at": [after, None],
                                  "precision": ["HOUR", None], "origin": ["MANUAL", None]}),
    ]  # fmt: skip
    assert [kind for _, kind in await casebook.kinds_of_events(incident["id"])][1:] == ["incident.part_changed.v1"] * 4
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_who_says_only_how_exact_it_is_leaves_the_moment_and_its_clock(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    evidence = await add(casebook, incident)

    edited = await casebook.try_to(EDIT, bob(casebook), id=evidence["id"], expectedVersion=1, precision="DAY")

    assert edited["timestamp"] == evidence | {
        "precision": "DAY", "setBy": {"id": str(casebook.bob)}, "version": 2
    }  # fmt: skip


async def test_the_history_names_the_definition_in_a_sentence(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await add(casebook, incident)

    reader = user({"incident.view": [casebook.acme]}, locales=("de",))
    entry = (await casebook.service.data(TOLD, reader, id=incident["id"]))["incident"]["history"]["nodes"][0]

    named = {"timestamp": {"id": str(casebook.id_of("evidence-secured"))}}
    assert (entry["operation"], entry["partType"]) == ("ADDED", "TIMESTAMP")
    assert entry["sentence"]["placeholders"][1] == {"name": "part", "text": "Zeitpunkt", "reference": named}
    changes = {each["field"]: (each["label"], each["afterReference"]) for each in entry["changes"]}
    assert changes["definition"] == ("Welcher Zeitpunkt", named)
    assert changes["precision"] == ("Genauigkeit", None)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"definition": {"code": "never-was"}}, "NOT_FOUND", ["definition"]),
        ({"definition": {"code": "high"}}, "NOT_FOUND", ["definition"]),
        ({"definition": {}}, "INVALID", ["definition"]),
        ({"definition": {"id": "no id"}}, "INVALID", ["definition", "id"]),
        ({"definition": {"code": "evidence-secured"}}, "INVALID", ["definition"]),
        ({"at": "2026-03-01T12:00:00"}, "INVALID", ["at"]),
        ({"at": "0001-01-01T00:00:00+10:00"}, "INVALID", ["at"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_beside_its_field(
    casebook: Casebook, given: Json, code: str, field: list[str]
) -> None:
    incident = await casebook.register(ada(casebook))
    await add(casebook, incident)

    async with casebook.unchanged():
        payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], **{**INSURER, **given})

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [(code, field)]


async def test_a_definition_of_a_foreign_company_is_as_absent_as_one_that_never_was(casebook: Casebook) -> None:
    casebook.alter("evidence-secured", company_id=str(casebook.north))
    entry = str(casebook.id_of("evidence-secured"))
    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=entry, kind="timestamp")
    incident = await casebook.register(ada(casebook))

    async with casebook.unchanged():
        refused = [
            (await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], **EVIDENCE | {"definition": named}))
            for named in ({"code": "evidence-secured"}, {"id": entry}, {"code": "never-was"}, {"id": str(uuid4())})
        ]

    assert [each["errors"] for each in refused] == [refused[0]["errors"]] * 4
    assert refused[0]["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("where", ["foreign", "absent", "deleted", "restricted"])
async def test_of_what_is_out_of_sight_nothing_is_said_or_changed(casebook: Casebook, where: str) -> None:
    boss = casebook.supervisor(casebook.acme, casebook.north)
    more = {"visibility": "RESTRICTED"} if where == "restricted" else {}
    incident = await casebook.register(boss, company={"code": "NORTH" if where == "foreign" else "ACME"}, **more)
    told = (await casebook.try_to(ADD, boss, incidentId=incident["id"], **EVIDENCE))["timestamp"]
    if where == "deleted":
        await casebook.try_to(DELETE, boss, id=incident["id"])
    named = (str(uuid4()), str(uuid4())) if where == "absent" else (incident["id"], told["id"])

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(ADD, bob(casebook), incidentId=named[0], **INSURER),
            await casebook.try_to(EDIT, bob(casebook), id=named[1], expectedVersion=7, precision="DAY"),
            await casebook.try_to(REMOVE, bob(casebook), id=named[1], expectedVersion=7),
        ]

    assert [[(each["code"], each["field"]) for each in answer["errors"]] for answer in answers] == [
        [("NOT_FOUND", ["incidentId"])], [("NOT_FOUND", ["id"])], [("NOT_FOUND", ["id"])],
    ]  # fmt: skip


async def test_who_may_only_look_changes_nothing_and_stale_versions_get_what_is_there(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    told = await add(casebook, incident)
    reader = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})

    async with casebook.unchanged():
        denied = [
            await casebook.try_to(ADD, reader, incidentId=incident["id"], **INSURER),
            await casebook.try_to(EDIT, reader, id=told["id"], expectedVersion=1, precision="DAY"),
            await casebook.try_to(REMOVE, reader, id=told["id"]),
        ]
        stale = [
            await casebook.try_to(EDIT, ada(casebook), id=told["id"], expectedVersion=2, precision="DAY"),
            await casebook.try_to(REMOVE, ada(casebook), id=told["id"], expectedVersion=2),
        ]

    assert [answer["errors"][0]["code"] for answer in denied] == ["DENIED"] * 3
    assert [(answer["errors"][0]["code"], answer["timestamp"]) for answer in stale] == [("CONFLICT", told)] * 2


async def test_those_of_a_page_of_incidents_cost_one_statement(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(3)]
    for incident in incidents[:2]:
        await add(casebook, incident)
        await add(casebook, incident, **INSURER)
    page = "{ incidents(first: 10) { nodes { id customTimestamps { definition { id } at } } } }"

    with casebook.service.statements() as statements:
        found = (await casebook.service.data(page, bob(casebook)))["incidents"]["nodes"]

    assert [len(each["customTimestamps"]) for each in found] == [0, 2, 2]
    assert len(statements) == 2


async def test_an_incident_tells_at_most_fifty(casebook: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_TIMESTAMPS == 50
    monkeypatch.setattr("services.incidents.domain.custom_timestamps.MOST_TIMESTAMPS", 1)
    incident = await casebook.register(ada(casebook))
    await add(casebook, incident)

    async with casebook.unchanged():
        payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], **INSURER)

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["definition"])]


async def merge(casebook: Casebook, old: str, new: str) -> UUID:
    casebook.alter(old, active=False, merged_into_id=str(casebook.id_of(new)))
    told = {"entry_id": str(casebook.id_of(old)), "into_id": str(casebook.id_of(new)), "kind": "timestamp"}
    await casebook.hear("directories", "directory.entry_merged.v1", **told)
    return casebook.id_of(new)


async def test_what_told_a_merged_definition_tells_the_one_that_is_left_and_is_counted(casebook: Casebook) -> None:
    one, both = await casebook.register(ada(casebook)), await casebook.register(ada(casebook))
    await add(casebook, one)
    doubled = await add(casebook, both)
    kept = await add(casebook, both, **INSURER)

    left = await merge(casebook, "evidence-secured", "insurer-informed")

    (moved,) = await shown(casebook, one)
    assert (moved["definition"], moved["at"]) == ({"id": str(left)}, "2026-03-01T07:00:00+00:00")
    assert await shown(casebook, both) == [kept]
    last = (await casebook.changes(both["id"]))[-1]
    assert (last.operation, str(last.part_id), last.permission) == ("REMOVED", doubled["id"], None)
    assert last.changes["at"] == [doubled["at"], None]
    asked = {"entry_ids": [str(left)], "company_ids": [str(casebook.acme)]}
    assert await casebook.service.ask("directory-usage", asked, caller="directories") == {str(left): 2}
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_they_may_be_told_at_registration_by_who_may_only_register(casebook: Casebook) -> None:
    reporter = user({"incident.add": [casebook.acme]}, id=casebook.bob)
    told = [EVIDENCE | {"precision": "DAY"}, INSURER]

    incident = await casebook.register(reporter, customTimestamps=told)
    imported = await casebook.register(reporter, customTimestamps=[INSURER], source={"channel": "IMPORT"})

    insurer, evidence = await shown(casebook, incident)
    assert (evidence["at"], evidence["precision"], evidence["offset"]) == ("2026-03-01T07:00:00+00:00", "DAY", 300)
    assert (insurer["definition"], insurer["origin"]) == ({"id": str(casebook.id_of("insurer-informed"))}, "MANUAL")
    assert insurer["setBy"] == {"id": str(casebook.bob)}
    assert [each["origin"] for each in await shown(casebook, imported)] == ["IMPORT"]
    (entry,) = await casebook.changes(incident["id"])
    assert entry.changes["custom_timestamps"][1][1] == {
        "definition_id": str(casebook.id_of("insurer-informed")), "at": "2026-02-01T09:30:00+00:00",
        "precision": "MINUTE", "origin": "MANUAL",
    }  # fmt: skip
    assert (await verify_histories(casebook.service.database)).broken == []


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ([INSURER, EVIDENCE | {"definition": {"code": "never-was"}}], "NOT_FOUND", ["1", "definition"]),
        ([INSURER, INSURER], "INVALID", ["1", "definition"]),
        ([EVIDENCE | {"definition": {}}], "INVALID", ["0", "definition"]),
        ([EVIDENCE | {"at": "2026-03-01T12:00:00"}], "INVALID", ["0", "at"]),
    ],
)
async def test_what_breaks_a_rule_is_refused_at_registration_too(
    casebook: Casebook, given: list[Json], code: str, field: list[str]
) -> None:
    async with casebook.unchanged():
        payload = await casebook.try_to(REGISTER, ada(casebook), title="Lost notebook", customTimestamps=given)

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [(code, ["customTimestamps", *field])]
