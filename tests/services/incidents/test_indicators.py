import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.incidents.domain.indicators.recognition import recognize
from services.incidents.persistence.indicator_rows import IndicatorRow
from services.incidents.usecases import add_incident_indicators as adding
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import DELETE, Casebook
from tests.support.indicators import ADD, BY_ID, EDIT, LIST, PROPOSED, REMOVE, add, listed, shown
from tests.support.restricted import ada, bob
from tests.support.services import SYSTEM, Json, user

EVIL = "evil[.]example"
NOT_FOUND = "was not found, or not within your rights."


async def kept(casebook: Casebook) -> list[IndicatorRow]:
    async with casebook.service.database.read(SYSTEM) as session:
        return list(await session.scalars(select(IndicatorRow).order_by(IndicatorRow.id)))


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


async def test_lists_are_paged_and_filtered(casebook: Casebook) -> None:
    incident, other = [await casebook.register(ada(casebook)) for _ in range(2)]
    await add(casebook, ada(casebook), incident, "a.example", "b.example", tags=["x"])
    await add(casebook, ada(casebook), other, "a.example", "198.51.100.3", isIoc=True)
    both = casebook.officer(casebook.acme, casebook.north)

    assert await listed(casebook, both) == ["198.51.100.3", "b.example", "a.example"]
    assert await listed(casebook, casebook.administrator()) == ["198.51.100.3", "b.example", "a.example"]
    for filter, wanted in (
        ({"companyIds": [str(casebook.acme)]}, ["198.51.100.3", "b.example", "a.example"]),
        ({"companyIds": [str(casebook.north)]}, []),
        ({"companyIds": []}, []),
        ({"types": [{"code": "domain-name"}]}, ["b.example", "a.example"]),
        ({"types": [{"id": str(casebook.id_of("ipv4-addr"))}]}, ["198.51.100.3"]),
        ({"types": [{"code": "none"}]}, []),
        ({"values": ["198.51.100[.]3", "B[.]example"]}, ["198.51.100.3", "b.example"]),
        ({"values": ["\x00"]}, []),
        ({"tags": ["x", "\x00"]}, ["b.example", "a.example"]),
        ({"isIoc": True}, ["198.51.100.3"]),
        ({"whitelisted": True}, []),
    ):
        assert await listed(casebook, ada(casebook), **filter) == wanted, filter
        assert await listed(casebook, casebook.administrator(), **filter) == wanted, filter
    first = (await casebook.service.data(LIST, ada(casebook), first=2))["indicators"]
    after = first["pageInfo"]["endCursor"]
    rest = (await casebook.service.data(LIST, ada(casebook), first=2, after=after))["indicators"]
    assert [each["value"] for page in (first, rest) for each in page["nodes"]] == await listed(casebook, ada(casebook))
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_too_many_values_are_refused(casebook: Casebook) -> None:
    for query, given in (
        (LIST, {"values": ["a"] * 101}),
        ("query ($filter: IncidentFilter) { incidents(filter: $filter) { totalCount } }",
         {"indicators": [{"value": "a"}] * 101}),
        ("query ($filter: IncidentFilter) { incidents(filter: $filter) { totalCount } }",
         {"indicators": [{"id": str(uuid4())}] * 101}),
        ("query ($filter: IncidentFilter) { incidents(filter: $filter) { totalCount } }",
         {"indicators": [{"value": "a", "id": str(uuid4())}]}),
    ):  # fmt: skip
        answer = await casebook.service.graph(query, ada(casebook), filter=given)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_incidents_are_found_by_their_indicators(casebook: Casebook) -> None:
    one, two, three = [await casebook.register(ada(casebook)) for _ in range(3)]
    beyond = await casebook.register(casebook.administrator(), company={"code": "NORTH"})
    (link,) = await add(casebook, ada(casebook), one, EVIL)
    await add(casebook, ada(casebook), two, "EVIL.example", "198.51.100.3")
    (foreign,) = await add(casebook, casebook.administrator(), beyond, EVIL)
    query = "query ($filter: IncidentFilter) { incidents(filter: $filter) { nodes { id } totalCount } }"

    async def found(*indicators: Json) -> list[str]:
        page = (await casebook.service.data(query, ada(casebook), filter={"indicators": indicators}))["incidents"]
        assert page["totalCount"] == len(page["nodes"])
        return [each["id"] for each in page["nodes"]]

    assert await found({"value": "evil(dot)example"}) == [two["id"], one["id"]]
    assert await found({"id": link["indicator"]["id"]}) == [two["id"], one["id"]]
    assert await found({"value": "198.51.100.3"}) == [two["id"]]
    assert await found({"value": "three.example"}) == await found() == []
    assert await found({"id": foreign["indicator"]["id"]}) == await found({"id": str(uuid4())}) == []
    assert three["id"] not in await found({"value": EVIL}, {"id": link["indicator"]["id"]})


async def test_proposals_are_what_the_text_has_and_the_incident_has_not(casebook: Casebook) -> None:
    typed = "  hxxp://evil[.]example\r\n\tand 198.51.100.7, bad.example CVE-2021-44228 HKLM\\Run  "
    incident = await casebook.register(
        ada(casebook), indicatorsText=typed, description="See evil[.]org and bad.example"
    )
    await add(casebook, ada(casebook), incident, "198.51.100.7")

    told = (await casebook.service.data(PROPOSED, bob(casebook), id=incident["id"]))["incident"]
    more = (await casebook.service.data(PROPOSED, bob(casebook), id=incident["id"], more=True))["incident"]

    assert told["indicatorsText"] == typed
    found = told["proposedIndicators"]
    assert [(each["value"], each["valueNormalized"]) for each in found] == [
        ("hxxp://evil[.]example", "http://evil.example/"), ("bad.example", "bad.example"),
        ("CVE-2021-44228", "CVE-2021-44228"),
    ]  # fmt: skip
    assert [typed[each["start"] : each["end"]] for each in found] == [each["value"] for each in found]
    assert [each["value"] for each in more["proposedIndicators"]] == [*(each["value"] for each in found), "evil[.]org"]
    assert [each["field"] for each in more["proposedIndicators"]] == ["indicatorsText"] * 3 + ["description"]
    taken = [{"value": each["value"], "type": {"id": each["type"]["id"]}} for each in found]
    payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=taken)
    assert payload["errors"] == []
    assert (await casebook.service.data(PROPOSED, bob(casebook), id=incident["id"]))["incident"] == {
        "indicatorsText": typed, "proposedIndicators": [],
    }  # fmt: skip


async def test_types_nobody_may_choose_are_not_proposed_and_own_ones_hold_free_text(casebook: Casebook) -> None:
    casebook.alter("x-cve", active=False)
    entries = casebook.directories.rows["directory_entry"]
    entries.append(casebook.add("indicator_type", "x-badge", company_id=str(casebook.acme)))
    entries.append(casebook.add("indicator_type", "x-foreign", company_id=str(casebook.north)))
    for code in ("x-cve", "x-badge", "x-foreign"):
        await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of(code)))
    incident = await casebook.register(ada(casebook), indicatorsText="CVE-2021-44228")

    assert (await casebook.service.data(PROPOSED, ada(casebook), id=incident["id"]))["incident"][
        "proposedIndicators"
    ] == []
    (badge,) = await add(casebook, ada(casebook), incident, "Gate   3", type={"code": "x-badge"})
    assert badge["indicator"]["valueNormalized"] == "gate 3"
    async with casebook.unchanged():
        for code in ("x-foreign", "x-cve"):
            given = [{"value": "CVE-2021-44228", "type": {"code": code}}]
            payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=given)
            assert [each["code"] for each in payload["errors"]] == ["NOT_FOUND"]


async def test_adding_the_same_at_once_in_two_incidents_makes_one_indicator(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(6)]
    values = [f"host{number}.example" for number in range(5)]

    links = await asyncio.gather(
        *(
            add(casebook, ada(casebook), incident, *(values if number % 2 else reversed(values)))
            for number, incident in enumerate(incidents)
        )
    )

    assert len({each["indicator"]["id"] for link in links for each in link}) == len(await kept(casebook)) == 5
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_adding_while_the_last_one_is_removed_leaves_nothing_dangling(casebook: Casebook) -> None:
    here, there = [await casebook.register(ada(casebook)) for _ in range(2)]
    for _ in range(5):
        (link,) = await add(casebook, ada(casebook), here, EVIL)
        _, (other,) = await asyncio.gather(
            casebook.try_to(REMOVE, ada(casebook), id=link["id"]), add(casebook, ada(casebook), there, EVIL)
        )
        assert [row.id for row in await kept(casebook)] == [UUID(other["indicator"]["id"])]
        await casebook.try_to(REMOVE, ada(casebook), id=other["id"])


async def test_only_one_of_two_adds_the_same_to_the_same_incident(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    given = {"incidentId": incident["id"], "indicators": [{"value": EVIL}]}

    answers = await asyncio.gather(*(casebook.try_to(ADD, ada(casebook), **given) for _ in range(4)))

    assert sorted(len(answer["errors"]) for answer in answers) == [0, 1, 1, 1]


async def test_indicators_of_many_incidents_cost_a_statement_for_each_question(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook), indicatorsText="a.example") for _ in range(4)]
    for incident in incidents:
        await add(casebook, ada(casebook), incident, EVIL, "198.51.100.3")
    asked = [incident["id"] for incident in incidents]
    fields = """id indicators { nodes { indicator { id incidents { nodes { id } totalCount } } } totalCount }
        proposedIndicators { value } sharing { nodes { incident { id } indicators { id } } totalCount }"""

    with casebook.service.statements() as statements:
        found = await casebook.service.entities("Incident", asked, fields, ada(casebook))

    assert [len(each["indicators"]["nodes"]) for each in found] == [2] * 4
    assert [len(each["sharing"]["nodes"]) for each in found] == [3] * 4
    assert len(statements) <= 12


async def test_merged_types_take_their_indicators_along(casebook: Casebook) -> None:
    casebook.directories.rows["directory_entry"].append(casebook.add("indicator_type", "x-site"))
    await casebook.hear("directories", "directory.entry_changed.v1", entry_id=str(casebook.id_of("x-site")))
    here, there, third = [await casebook.register(ada(casebook)) for _ in range(3)]
    other, site = {"code": "x-other"}, {"code": "x-site"}
    await add(casebook, ada(casebook), here, "Gate 3", type=site)
    await add(casebook, ada(casebook), here, "Gate 3", type=other)
    (moved,) = await add(casebook, ada(casebook), there, "Gate 3", type=site)
    (alone,) = await add(casebook, ada(casebook), third, "Gate 4", type=site)

    merged = casebook.id_of("x-other")
    casebook.alter("x-site", active=False, merged_into_id=str(merged))
    await casebook.hear(
        "directories", "directory.entry_merged.v1", entry_id=str(casebook.id_of("x-site")), into_id=str(merged),
        kind="indicator_type",
    )  # fmt: skip

    assert [(row.form, row.type_id) for row in await kept(casebook)] == [("gate 3", merged), ("gate 4", merged)]
    assert [len((await shown(casebook, each, ada(casebook)))["indicators"]["nodes"]) for each in (here, there)] == [
        1,
        1,
    ]
    assert alone["indicator"]["id"] != moved["indicator"]["id"]


async def test_what_type_a_value_is_of_is_looked_at_once(casebook: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(value: str) -> Any:
        asked.append(value)
        return recognize(value)

    monkeypatch.setattr(adding, "recognize", noted)
    incident = await casebook.register(ada(casebook))

    await add(casebook, ada(casebook), incident, EVIL, "198.51.100.3")

    assert asked == [EVIL, "198.51.100.3"]
