"""Giving an incident indicators: in the form of their type, with history, all of them or none."""

from typing import Any

import pytest

from services.incidents.domain.indicators.recognition import recognize
from services.incidents.usecases import add_incident_indicators as adding
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import Casebook
from tests.support.indicators import ADD, BY_ID, EDIT, EVIL, REMOVE, add, shown
from tests.support.restricted import ada, bob


async def test_indicators_are_brought_to_the_form_of_their_type_and_kept_as_typed(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    given = [
        {"value": "hxxps://EVIL[.]example/A", "role": "INFRA", "sighted": True,
         "sightedAt": "2026-03-01T12:00:00+01:00"},
        {"value": " Note on the desk ", "type": {"code": "x-other"}, "note": "Gate 3", "ignoreSimilarity": True},
        {"value": "198.51.100.3", "tlp": "GREEN", "pap": "RED", "isIoc": True, "confidence": 80, "tags": ["c2"],
         "attackIds": ["t1566.001"], "description": "Command", "whitelisted": False},
    ]  # fmt: skip

    payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=given)

    assert payload["errors"] == []
    url, note, address = payload["indicators"]
    assert (url["role"], url["sighted"], url["sightedAt"]) == ("INFRA", True, "2026-03-01T11:00:00+00:00")
    assert [(each["indicator"]["value"], each["indicator"]["valueNormalized"]) for each in (url, note)] == [
        ("hxxps://EVIL[.]example/A", "https://evil.example/A"), ("Note on the desk", "note on the desk"),
    ]  # fmt: skip
    assert url["indicator"]["defanged"] == "hxxps://evil[.]example/A"
    assert (note["role"], note["note"], note["ignoreSimilarity"]) == ("UNKNOWN", "Gate 3", True)
    assert url["indicator"]["type"]["id"] == str(casebook.id_of("url"))
    found = address["indicator"]
    assert (found["tlp"], found["pap"], found["isIoc"], found["confidence"]) == ("GREEN", "RED", True, 80)
    assert (found["tags"], found["attackIds"], found["description"]) == (["c2"], ["T1566.001"], "Command")
    assert found["stixId"] == "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
    assert (await shown(casebook, incident, bob(casebook)))["indicators"] == {
        "nodes": payload["indicators"], "totalCount": 3,
    }  # fmt: skip


async def test_each_moves_the_incident_with_its_history_and_event(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    first, second = await add(casebook, ada(casebook), incident, EVIL, "198.51.100.3")
    await casebook.try_to(EDIT, ada(casebook), id=first["id"], expectedVersion=1, role="ATTACKER",
                          indicator={"expectedVersion": 1, "description": "Known"})  # fmt: skip
    await casebook.try_to(REMOVE, ada(casebook), id=second["id"])

    row = await casebook.row(incident["id"])
    assert (row.version, row.sequence) == (1, 5)
    told = [
        (each.operation, each.part_type, str(each.part_id), each.changes) for each in await casebook.changes(row.id)
    ]
    usual = {"tlp": [None, "AMBER"], "pap": [None, "AMBER"], "role": [None, "UNKNOWN"]}
    assert told[1:] == [
        ("ADDED", "INDICATOR", first["id"], {"type": [None, "domain-name"], "value": [None, EVIL], **usual}),
        ("ADDED", "INDICATOR", second["id"], {"type": [None, "ipv4-addr"], "value": [None, "198.51.100.3"], **usual}),
        ("EDITED", "INDICATOR", first["id"], {"role": ["UNKNOWN", "ATTACKER"], "description": [None, "Known"]}),
        ("REMOVED", "INDICATOR", second["id"], {"type": ["ipv4-addr", None], "value": ["198.51.100.3", None],
                                               "role": ["UNKNOWN", None]}),
    ]  # fmt: skip
    events = await casebook.kinds_of_events(incident["id"])
    assert events[1:] == [(number, "incident.part_changed.v1") for number in range(2, 6)]
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_the_same_observable_in_two_incidents_is_one_and_each_company_has_its_own(casebook: Casebook) -> None:
    boss = casebook.administrator()
    here, there = [await casebook.register(ada(casebook)) for _ in range(2)]
    beyond = await casebook.register(boss, company={"code": "NORTH"})

    (first,) = await add(casebook, ada(casebook), here, EVIL, description="Seen first", isIoc=True)
    (second,) = await add(casebook, bob(casebook), there, "EVIL.example.", description="Other", confidence=7)
    (foreign,) = await add(casebook, boss, beyond, EVIL)

    assert second["indicator"] == first["indicator"] | {"confidence": 7, "version": 2}
    assert foreign["indicator"]["id"] != first["indicator"]["id"]
    assert (foreign["indicator"]["description"], foreign["indicator"]["version"]) == (None, 1)
    told = (await casebook.service.data(BY_ID, bob(casebook), id=first["indicator"]["id"]))["indicator"]
    assert told["incidents"] == {"nodes": [{"id": there["id"]}, {"id": here["id"]}], "totalCount": 2}
    assert (await casebook.service.data(BY_ID, bob(casebook), id=foreign["indicator"]["id"]))["indicator"] is None


async def test_what_was_refused_is_told_for_each_and_nothing_is_added(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await add(casebook, ada(casebook), incident, EVIL)
    many = [{"value": f"host{number}.example"} for number in range(101)]

    async with casebook.unchanged():
        answers = [
            await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=given)
            for given in (
                [{"value": "198.51.100.3"}, {"value": "x", "type": {"code": "ipv4-addr"}}, {"value": "anything"},
                 {"value": "a.example", "confidence": 101}, {"value": "b.example", "type": {"code": "no-type"}},
                 {"value": "198.51.100[.]3"}],
                [{"value": "new.example"}, {"value": "EVIL.example"}],
                [],
                many,
                [{"value": "c.example", "attackIds": ["T1"]}, {"value": "d.example", "tags": ["x" * 65]}],
                [{"value": "c.example", "note": "x" * 2_001}],
            )
        ]  # fmt: skip

    told = [[(each["code"], each["field"]) for each in answer["errors"]] for answer in answers]
    assert told == [
        [("INVALID", ["indicators", "1", "value"]), ("INVALID", ["indicators", "2", "type"]),
         ("INVALID", ["indicators", "3", "confidence"]), ("NOT_FOUND", ["indicators", "4", "type"]),
         ("INVALID", ["indicators", "5", "value"])],
        [("CONFLICT", ["indicators", "1", "value"])],
        [("INVALID", ["indicators"])],
        [("INVALID", ["indicators"])],
        [("INVALID", ["indicators", "0", "attackIds"]), ("INVALID", ["indicators", "1", "tags"])],
        [("INVALID", ["indicators", "0", "note"])],
    ]  # fmt: skip
    assert all(answer["indicators"] == [] for answer in answers)


async def test_what_type_a_value_is_of_is_looked_at_once(casebook: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(value: str) -> Any:
        asked.append(value)
        return recognize(value)

    monkeypatch.setattr(adding, "recognize", noted)
    incident = await casebook.register(ada(casebook))

    await add(casebook, ada(casebook), incident, EVIL, "198.51.100.3")

    assert asked == [EVIL, "198.51.100.3"]
