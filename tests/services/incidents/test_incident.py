"""One incident: by id, by reference, as an entity, with its history."""

from typing import Any
from uuid import uuid4

from tests.support.casebook import EDIT, Casebook
from tests.support.services import user

EVERYTHING = """
query ($id: ID!) { incident(id: $id) {
    title description company { id } classification { id } type { id } status { id } statusCategory severity { id }
    location { text country } responsible { id } registeredBy { id } reportedBy { name email phone }
    occurredAt detectedAt reportedAt closedAt dataSubjectsAffected recordsAffected
    impact actionsTaken preventiveMeasures comment tags version sequence } }
"""
HISTORY = """
query ($id: ID!, $first: Int!, $after: String) { incident(id: $id) { history(first: $first, after: $after) {
    nodes { sequence operation requestId actor { id } changes { field before after } }
    totalCount pageInfo { hasNextPage endCursor } } } }
"""


async def test_it_shows_what_was_told_and_points_to_what_others_own(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    told: dict[str, Any] = {
        "title": "Lost notebook",
        "description": "On the train",
        "location": {"text": "Hall 3", "country": "DE"},
        "reportedBy": {"name": "Max", "email": "max@example.org", "phone": "112"},
        "dataSubjectsAffected": 0,
        "recordsAffected": 2**31 - 1,
        "impact": "None",
        "actionsTaken": "Locked",
        "preventiveMeasures": "Encrypt",
        "comment": "Found again",
        "tags": ["a", "b"],
    }
    incident = await casebook.register(
        officer,
        type={"code": "fraud.phishing"},
        severity={"code": "low"},
        responsibleId=str(casebook.ada),
        occurredAt="2026-03-01T09:30:00+01:00",
        **told,
    )

    shown = (await casebook.service.data(EVERYTHING, officer, id=incident["id"]))["incident"]

    assert shown == told | {
        "company": {"id": str(casebook.acme)},
        "classification": {"id": str(casebook.id_of("fraud"))},
        "type": {"id": str(casebook.id_of("fraud.phishing"))},
        "status": {"id": str(casebook.id_of("open"))},
        "statusCategory": "NEW",
        "severity": {"id": str(casebook.id_of("low"))},
        "responsible": {"id": str(casebook.ada)},
        "registeredBy": {"id": str(officer.id)},
        "occurredAt": "2026-03-01T08:30:00+00:00",
        "detectedAt": None,
        "reportedAt": None,
        "closedAt": None,
        "version": 1,
        "sequence": 1,
    }


async def test_what_was_not_told_is_null(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    shown = (await casebook.service.data(EVERYTHING, officer, id=incident["id"]))["incident"]

    unknown = ("classification", "type", "severity", "location", "responsible", "reportedBy", "description", "impact")
    assert [shown[name] for name in unknown] == [None] * 8
    assert shown["tags"] == []


async def test_it_is_found_by_id_and_by_reference_and_only_by_those_who_see_it(casebook: Casebook) -> None:
    mine = await casebook.register(casebook.officer(casebook.acme))
    foreign = await casebook.register(casebook.officer(casebook.north))
    reader = casebook.reader(casebook.acme)

    async def found(**by: str) -> Any:
        asked = "query ($id: ID, $reference: String) { incident(id: $id, reference: $reference) { id } }"
        return (await casebook.service.data(asked, reader, **by))["incident"]

    assert await found(id=mine["id"]) == await found(reference=mine["reference"]) == {"id": mine["id"]}
    hidden = [{"id": foreign["id"]}, {"id": str(uuid4())}, {"reference": foreign["reference"]}, {"reference": "none"}]
    assert [await found(**by) for by in hidden] == [None] * 4


async def test_either_id_or_reference_is_asked_for(casebook: Casebook) -> None:
    arguments = ["", '(id: "1", reference: "2")', '(id: "no id")']
    answers = [
        await casebook.service.graph(f"{{ incident{given} {{ id }} }}", casebook.administrator()) for given in arguments
    ]

    assert [answer["data"] for answer in answers] == [{"incident": None}] * 3
    assert [answer["errors"][0]["extensions"] for answer in answers] == [{"code": "INVALID", "field": ["id"]}] * 3


async def test_many_references_cost_one_statement_and_hide_foreign_incidents(casebook: Casebook) -> None:
    mine = [await casebook.register(casebook.officer(casebook.acme)) for _ in range(3)]
    foreign = await casebook.register(casebook.officer(casebook.north))
    asked = [*(incident["id"] for incident in mine), foreign["id"], str(uuid4()), "no id"]

    with casebook.service.statements() as statements:
        found = await casebook.service.entities("Incident", asked, "reference", casebook.reader(casebook.acme))

    assert found == [*({"reference": incident["reference"]} for incident in mine), None, None, None]
    assert len(statements) == 1


async def test_histories_are_paged_newest_first_without_gap(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    for version in range(1, 5):
        await casebook.change(EDIT, officer, id=incident["id"], expectedVersion=version, comment=f"Remark {version}")

    pages, after = [], None
    for _ in range(3):
        variables = {"id": incident["id"], "first": 2, "after": after}
        page = (await casebook.service.data(HISTORY, officer, **variables))["incident"]["history"]
        pages.append([entry["sequence"] for entry in page["nodes"]])
        after = page["pageInfo"]["endCursor"]

    assert pages == [[5, 4], [3, 2], [1]]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (5, False)


async def test_history_names_fields_as_the_schema_does(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    await casebook.change(
        EDIT,
        officer,
        id=incident["id"],
        expectedVersion=1,
        location={"text": "Hall 3"},
        dataSubjectsAffected=7,
        severity={"code": "low"},
        tags=["a"],
    )

    history = (await casebook.service.data(HISTORY, officer, id=incident["id"], first=1))["incident"]["history"]

    (entry,) = history["nodes"]
    assert (entry["operation"], entry["actor"]) == ("EDITED", {"id": str(officer.id)})
    assert entry["requestId"] is not None
    assert sorted(entry["changes"], key=lambda change: str(change["field"])) == [
        {"field": "dataSubjectsAffected", "before": None, "after": "7"},
        {"field": "location.text", "before": None, "after": "Hall 3"},
        {"field": "severity", "before": None, "after": str(casebook.id_of("low"))},
        {"field": "tags", "before": "[]", "after": '["a"]'},
    ]


async def test_companies_show_their_incidents_with_one_statement_for_all(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)
    made = {
        company: [(await casebook.register(officer, company={"id": str(company)}))["id"] for _ in range(3)]
        for company in (casebook.acme, casebook.north)
    }
    asked = [casebook.acme, casebook.north, uuid4()]

    with casebook.service.statements() as statements:
        found = await casebook.service.entities(
            "Company", asked, "incidents(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } }", officer
        )

    assert len(statements) == 1
    lists = [company["incidents"] for company in found]
    newest = [[{"id": id} for id in made[company][:0:-1]] for company in (casebook.acme, casebook.north)]
    assert [page["nodes"] for page in lists] == [*newest, []]
    assert [page["pageInfo"]["hasNextPage"] for page in lists] == [True, True, False]
    cursor = lists[0]["pageInfo"]["endCursor"]
    rest = f'incidents(after: "{cursor}") {{ nodes {{ id }} totalCount }}'
    (company,) = await casebook.service.entities("Company", [casebook.acme], rest, officer)
    assert company["incidents"] == {"nodes": [{"id": made[casebook.acme][0]}], "totalCount": 3}


async def test_counts_of_many_companies_cost_one_statement(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)
    for code in ("ACME", "NORTH", "NORTH"):
        await casebook.register(officer, company={"code": code})

    with casebook.service.statements() as statements:
        found = await casebook.service.entities(
            "Company", [casebook.acme, casebook.north, uuid4()], "incidents { totalCount }", officer
        )

    assert [company["incidents"]["totalCount"] for company in found] == [1, 2, 0]
    assert len(statements) == 2


async def test_a_foreign_companys_incidents_are_none(casebook: Casebook) -> None:
    await casebook.register(casebook.officer(casebook.north))
    editor = user({"incident.view": [casebook.acme], "incident.edit": [casebook.north]})

    (company,) = await casebook.service.entities(
        "Company", [casebook.north], "incidents { nodes { id } totalCount }", editor
    )

    assert company["incidents"] == {"nodes": [], "totalCount": 0}
