"""Each of the sample's people sees their companies and nothing else, by every path of the graph."""

from typing import Any

import pytest

from tests.support.graph import walk

OVER_STACK = True
LIST = """
query ($first: Int!, $after: String, $filter: IncidentFilter) {
  incidents(first: $first, after: $after, filter: $filter) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id reference title company { id code name } }
  }
}
"""
BY_ID = """
query ($id: ID!, $reference: String!) {
  byId: incident(id: $id) { id title history { totalCount } attachments { id } messages { id } }
  byReference: incident(reference: $reference) { id title }
}
"""
COMPANIES = "{ companies { nodes { code incidents { totalCount nodes { reference } } } } }"


async def foreign_incident(admin: Any) -> dict[str, Any]:
    """One of Harbour Health, which only the administrator sees."""
    found = await admin.ask(LIST, first=100)
    incident: dict[str, Any] = next(
        each for each in found["incidents"]["nodes"] if each["company"]["code"] == "HARBOUR"
    )
    return incident


@pytest.mark.parametrize(
    ("name", "codes"),
    [("admin", {"NORTH", "STEPPE", "HARBOUR"}), ("officer", {"NORTH", "STEPPE"}), ("reader", {"STEPPE"})],
)
async def test_lists_and_counts_hold_the_own_companies_only(caller: Any, name: str, codes: set[str]) -> None:
    found = (await caller(name).ask(LIST, first=100, filter={"companyIds": None}))["incidents"]

    sample = [each for each in found["nodes"] if each["company"]["code"] in {"NORTH", "STEPPE", "HARBOUR"}]
    assert {each["company"]["code"] for each in sample} == codes
    assert len(found["nodes"]) == min(found["totalCount"], 100)


async def test_companies_lead_to_their_incidents_and_no_further(reader: Any) -> None:
    found = await reader.ask(COMPANIES)

    assert [company["code"] for company in found["companies"]["nodes"]] == ["STEPPE"]
    assert {each["reference"][:6] for each in found["companies"]["nodes"][0]["incidents"]["nodes"]} == {"STEPPE"}


async def test_a_foreign_incident_is_as_absent_as_one_that_never_was(admin: Any, reader: Any) -> None:
    foreign = await foreign_incident(admin)
    absent = {"id": "01900000-0000-7000-8000-000000000000", "reference": "HARBOUR-1999-000001"}

    seen = await reader.answer(BY_ID, id=foreign["id"], reference=foreign["reference"])
    unseen = await reader.answer(BY_ID, **absent)

    assert seen == unseen == {"data": {"byId": None, "byReference": None}}


async def test_a_foreign_company_in_the_filter_is_refused_like_an_absent_one(admin: Any, reader: Any) -> None:
    foreign = (await foreign_incident(admin))["company"]["id"]

    answers = [
        await reader.answer(LIST, first=5, filter={"companyIds": [company]})
        for company in (foreign, "01900000-0000-7000-8000-000000000000")
    ]

    for answer in answers:
        assert answer["data"] == {"incidents": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["COMPANY_NOT_FOUND"]
    assert answers[0]["errors"][0]["message"] == answers[1]["errors"][0]["message"]


async def test_who_is_in_no_group_gets_nothing(nobody: Any) -> None:
    answer = await nobody.answer(LIST, first=5)

    assert answer["data"] == {"incidents": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHORIZED_FIELD_OR_TYPE"]


@pytest.mark.parametrize(
    "mutation",
    [
        'editIncident(input: {id: "%s", expectedVersion: 1, title: "Taken over"}) { incident { id } errors { code } }',
        'changeIncidentStatus(input: {id: "%s", status: {code: "closed"}}) { incident { id } errors { code } }',
        'deleteIncident(input: {id: "%s"}) { deletedId errors { code } }',
    ],
)
async def test_the_officer_cannot_touch_a_foreign_incident(admin: Any, officer: Any, mutation: str) -> None:
    before = await foreign_incident(admin)

    payload = next(walk(await officer.ask("mutation {" + mutation % before["id"] + "}")))

    assert payload["errors"] == [{"code": "NOT_FOUND"}]
    assert await foreign_incident(admin) == before


async def test_the_reader_cannot_change_what_it_sees(admin: Any, reader: Any) -> None:
    own = (await reader.ask(LIST, first=1))["incidents"]["nodes"][0]

    answer = await reader.answer(
        "mutation ($id: ID!) { deleteIncident(input: {id: $id}) { deletedId errors { code } } }", id=own["id"]
    )

    assert answer["data"] == {"deleteIncident": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
    assert (await reader.ask(LIST, first=1))["incidents"]["nodes"][0] == own
