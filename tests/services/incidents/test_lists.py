"""Lists of incidents: their pages, orders, filters and counts."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from chassis.graphql.connection import encode
from services.incidents.persistence.rows import IncidentRow
from tests.support.casebook import SYSTEM, Casebook
from tests.support.services import Json, user

NEWEST = "REGISTERED_AT_DESC"
SEQUENCE = "SEQUENCE_DESC"
PAGE = """
query ($filter: IncidentFilter, $orderBy: [IncidentOrder!], $first: Int, $after: String, $last: Int, $before: String) {
    incidents(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        nodes { id title } pageInfo { hasNextPage endCursor hasPreviousPage startCursor } } }
"""
TITLES = "query ($filter: IncidentFilter) { incidents(filter: $filter, first: 100) { nodes { title } totalCount } }"
FULL = """
query ($first: Int!) { incidents(first: $first) { nodes {
    id reference title company { id } classification { id } type { id } status { id } severity { id }
    responsible { id } registeredBy { id } location { text } reportedBy { name } tags
    history(first: 2) { nodes { sequence operation actor { id } changes { field before after } } totalCount } } } }
"""


async def many(casebook: Casebook, number: int) -> list[Json]:
    results = await casebook.register_many(
        casebook.officer(casebook.acme, casebook.north),
        [{"title": f"Incident {i}", "company": {"code": ("ACME", "NORTH")[i % 2]}} for i in range(number)],
    )
    return [result["incident"] for result in results]


async def titles(casebook: Casebook, **filter: Any) -> list[str]:
    """In alphabetical order; the count must agree."""
    found = (await casebook.service.data(TITLES, casebook.administrator(), filter=filter))["incidents"]
    assert found["totalCount"] == len(found["nodes"])
    return sorted(node["title"] for node in found["nodes"])


async def walk(casebook: Casebook, first: int, **more: Any) -> list[str]:
    """The ids of all pages, one after the other."""
    ids: list[str] = []
    after = None
    while True:
        page = (await casebook.service.data(PAGE, casebook.administrator(), first=first, after=after, **more))[
            "incidents"
        ]
        ids += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return ids


@pytest.mark.parametrize(
    ("orders", "reverse"),
    [
        (["REGISTERED_AT_DESC"], True),
        (["REGISTERED_AT_ASC"], False),
        (["UPDATED_AT_DESC"], True),
        (["UPDATED_AT_ASC"], False),
        (["REGISTERED_AT_ASC", "UPDATED_AT_DESC"], True),
        (["UPDATED_AT_DESC", "REGISTERED_AT_ASC", "UPDATED_AT_ASC"], False),
        ([], True),
        (None, True),
    ],
)
async def test_pages_over_equal_times_lose_nothing_and_double_nothing(
    casebook: Casebook, orders: list[str] | None, *, reverse: bool
) -> None:
    made = [incident["id"] for incident in await many(casebook, 11)]

    assert await walk(casebook, 3, orderBy=orders) == sorted(made, reverse=reverse)


async def test_each_order_sorts_by_what_it_says(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    one, two, three = [await casebook.register(officer, title) for title in ("One", "Two", "Three")]
    await casebook.move(officer, one, "triage")

    orders = ("REGISTERED_AT_ASC", "REGISTERED_AT_DESC", "UPDATED_AT_ASC", "UPDATED_AT_DESC")
    walked = [await walk(casebook, 1, orderBy=[order]) for order in orders]

    registered, updated = [one["id"], two["id"], three["id"]], [two["id"], three["id"], one["id"]]
    assert walked == [registered, registered[::-1], updated, updated[::-1]]


async def test_pages_go_back_the_way_they_came(casebook: Casebook) -> None:
    made = [incident["id"] for incident in await many(casebook, 7)][::-1]

    async def page(**more: Any) -> tuple[list[str], Json]:
        found = (await casebook.service.data(PAGE, casebook.administrator(), **more))["incidents"]
        return [node["id"] for node in found["nodes"]], found["pageInfo"]

    first, at_first = await page(first=3)
    second, at_second = await page(first=3, after=at_first["endCursor"])
    back, at_back = await page(last=3, before=at_second["startCursor"])
    end, at_end = await page(last=3)
    middle, at_middle = await page(last=3, before=at_end["startCursor"])
    start, at_start = await page(last=3, before=at_middle["startCursor"])

    assert [first, second, back, end, middle, start] == [made[:3], made[3:6], made[:3], made[4:], made[1:4], made[:1]]
    assert [(each["hasPreviousPage"], each["hasNextPage"]) for each in (at_first, at_second, at_back)] == [
        (False, True), (True, True), (False, True),
    ]  # fmt: skip
    assert [(each["hasPreviousPage"], each["hasNextPage"]) for each in (at_end, at_middle, at_start)] == [
        (True, False), (True, True), (False, True),
    ]  # fmt: skip


async def test_histories_comments_and_incidents_of_companies_are_paged_from_their_ends(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)
    for word in ("one", "two", "three"):
        await casebook.say(officer, incident, word)
    newer = await casebook.register(officer)
    asked = """query ($id: ID!) { incident(id: $id) {
        history(last: 2) { nodes { sequence } pageInfo { hasPreviousPage hasNextPage startCursor } }
        comments(last: 2) { nodes { body } pageInfo { hasPreviousPage hasNextPage startCursor } }
        company { incidents(last: 1) { nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor } } } } }"""
    found = (await casebook.service.data(asked, officer, id=incident["id"]))["incident"]
    history, comments, incidents = found["history"], found["comments"], found["company"]["incidents"]

    assert [node["sequence"] for node in history["nodes"]] == [2, 1]
    assert [node["body"] for node in comments["nodes"]] == ["two", "three"]
    assert [node["id"] for node in incidents["nodes"]] == [incident["id"]]
    infos = [each["pageInfo"] for each in (history, comments, incidents)]
    assert [(info["hasPreviousPage"], info["hasNextPage"]) for info in infos] == [(True, False)] * 3

    earlier = """query ($id: ID!, $history: String, $comments: String, $incidents: String) { incident(id: $id) {
        history(last: 5, before: $history) { nodes { sequence } }
        comments(last: 5, before: $comments) { nodes { body } }
        company { incidents(last: 5, before: $incidents) { nodes { id } } } } }"""
    cursors = dict(zip(("history", "comments", "incidents"), (info["startCursor"] for info in infos), strict=True))
    rest = (await casebook.service.data(earlier, officer, id=incident["id"], **cursors))["incident"]

    assert [node["sequence"] for node in rest["history"]["nodes"]] == [4, 3]
    assert [node["body"] for node in rest["comments"]["nodes"]] == ["one"]
    assert [node["id"] for node in rest["company"]["incidents"]["nodes"]] == [newer["id"]]


@pytest.mark.parametrize(("field", "high", "low"), [("severity", "high", "low"), ("priority", "p1", "p3")])
async def test_what_has_a_rank_sorts_by_it_and_what_is_not_assessed_comes_last(
    casebook: Casebook, field: str, high: str, low: str
) -> None:
    officer = casebook.officer(casebook.acme)
    for title, code in (("None", None), ("High", high), ("Low", low)):
        await casebook.register(officer, title, **({field: {"code": code}} if code else {}))

    found = []
    for way in ("ASC", "DESC"):
        page = await casebook.service.data(PAGE, casebook.administrator(), orderBy=[f"{field.upper()}_{way}"])
        found.append([node["title"] for node in page["incidents"]["nodes"]])

    assert found == [["Low", "High", "None"], ["High", "Low", "None"]]


async def test_pages_hold_while_incidents_are_registered_and_deleted(casebook: Casebook) -> None:
    made = [incident["id"] for incident in await many(casebook, 6)]
    first = (await casebook.service.data(PAGE, casebook.administrator(), first=3))["incidents"]
    await many(casebook, 2)
    async with casebook.service.database.work(SYSTEM) as work:
        await work.session.execute(
            update(IncidentRow).where(IncidentRow.id == UUID(made[3])).values(deleted_at=IncidentRow.updated_at)
        )

    rest = (
        await casebook.service.data(PAGE, casebook.administrator(), first=10, after=first["pageInfo"]["endCursor"])
    )["incidents"]

    assert [node["id"] for node in first["nodes"]] == made[:2:-1]
    assert [node["id"] for node in rest["nodes"]] == made[2::-1]


async def test_only_the_companies_that_are_seen_are_listed_and_counted(casebook: Casebook) -> None:
    await many(casebook, 5)
    asked = "{ incidents { nodes { company { id } } totalCount } }"

    found = [
        (await casebook.service.data(asked, actor))["incidents"]
        for actor in (
            casebook.reader(casebook.acme),
            casebook.reader(uuid4()),
            user({"incident.edit": [casebook.acme]}),
        )
    ]

    assert [page["totalCount"] for page in found] == [3, 0, 0]
    assert found[0]["nodes"] == [{"company": {"id": str(casebook.acme)}}] * 3


async def test_a_foreign_company_in_the_filter_shows_nothing(casebook: Casebook) -> None:
    await many(casebook, 4)

    answer = await casebook.service.data(
        TITLES, casebook.reader(casebook.acme), filter={"companyIds": [str(casebook.north)]}
    )

    assert answer["incidents"] == {"nodes": [], "totalCount": 0}


async def test_filters_let_through_what_they_say(casebook: Casebook) -> None:
    officer = casebook.officer(casebook.acme, casebook.north)
    acme, north = {"code": "ACME"}, {"code": "NORTH"}
    phishing: dict[str, Any] = {"type": {"code": "fraud.phishing"}, "severity": {"code": "high"}}
    await casebook.register(officer, "A__", company=acme, occurredAt="2026-03-01T00:00:00Z", **phishing)
    await casebook.register(
        officer,
        "B__",
        company=north,
        status={"code": "triage"},
        type={"code": "malware.worm"},
        location={"country": "KZ"},
        timestamps=[{"timestamp": "RECOVERED", "at": "2026-03-01T00:00:00Z"}],
    )
    await casebook.register(
        officer,
        "C__",
        company=acme,
        severity={"code": "low"},
        responsibleId=str(casebook.ada),
        source={"system": "siem", "externalId": "7"},
    )
    await casebook.register(
        officer, "D__", company=north, status={"code": "closed"}, pap="RED", occurredAt="2026-03-02T00:00:00+02:00"
    )

    cases: list[tuple[Json, list[str]]] = [
        ({}, ["A__", "B__", "C__", "D__"]),
        ({"companyIds": [str(casebook.acme)]}, ["A__", "C__"]),
        ({"companyIds": [str(casebook.acme), str(casebook.north)]}, ["A__", "B__", "C__", "D__"]),
        ({"companyIds": []}, []),
        ({"statuses": [{"code": "triage"}, {"id": str(casebook.id_of("closed"))}]}, ["B__", "D__"]),
        ({"statuses": [{"code": "fraud"}]}, []),
        ({"statusCategories": ["NEW", "CLOSED"]}, ["A__", "C__", "D__"]),
        ({"classifications": [{"code": "fraud"}]}, ["A__"]),
        ({"types": [{"code": "fraud.phishing"}, {"code": "malware.worm"}]}, ["A__", "B__"]),
        ({"types": [{"code": "unknown"}]}, []),
        ({"types": [{"id": str(uuid4())}]}, []),
        ({"severities": [{"code": "low"}]}, ["C__"]),
        ({"responsibleIds": [str(casebook.ada)]}, ["C__"]),
        ({"responsibleIds": []}, []),
        ({"occurred": {"from": "2026-03-01T00:00:00Z"}}, ["A__", "D__"]),
        ({"occurred": {"to": "2026-03-01T22:00:00Z"}}, ["A__"]),
        ({"occurred": {"from": "2026-03-01T22:00:00Z", "to": "2026-03-01T22:00:01Z"}}, ["D__"]),
        ({"occurred": {}}, ["A__", "B__", "C__", "D__"]),
        ({"registered": {"from": "2020-01-01T00:00:00Z"}}, ["A__", "B__", "C__", "D__"]),
        ({"registered": {"to": "2020-01-01T00:00:00Z"}}, []),
        ({"companyIds": [str(casebook.acme)], "severities": [{"code": "high"}]}, ["A__"]),
        ({"missing": ["SEVERITY"]}, ["B__", "D__"]),
        ({"missing": ["SEVERITY", "TYPE"]}, ["D__"]),
        ({"told": ["PRIORITY"]}, []),
        ({"missing": []}, ["A__", "B__", "C__", "D__"]),
        ({"told": ["RESPONSIBLE"]}, ["C__"]),
        ({"told": ["SEVERITY"], "missing": ["RESPONSIBLE"]}, ["A__"]),
        ({"referencePrefix": "acme-"}, ["A__", "C__"]),
        ({"referencePrefix": "ACME_"}, []),
        ({"reopened": False}, ["A__", "B__", "C__", "D__"]),
        ({"reopened": True}, []),
        ({"sourceSystems": ["siem"]}, ["C__"]),
        ({"sourceSystems": ["siem"], "sourceExternalIds": ["7", "8"]}, ["C__"]),
        ({"sourceExternalIds": ["8"]}, []),
        ({"countries": ["KZ"]}, ["B__"]),
        ({"pap": ["RED"]}, ["D__"]),
        ({"acknowledged": {"from": "2020-01-01T00:00:00Z"}}, ["B__", "C__", "D__"]),
        ({"firstResolved": {"from": "2020-01-01T00:00:00Z"}}, ["D__"]),
        ({"responded": {"from": "2020-01-01T00:00:00Z"}}, []),
        ({"eradicated": {"to": "2099-01-01T00:00:00Z"}}, []),
        ({"recovered": {"to": "2026-03-01T00:00:01Z"}}, ["B__"]),
        ({"firstReopened": {"from": "2020-01-01T00:00:00Z"}}, []),
    ]
    assert [(filter, await titles(casebook, **filter)) for filter, _ in cases] == cases


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ("first: 0", ["first"]),
        ("first: 101", ["first"]),
        ("first: -1", ["first"]),
        ("last: 0", ["last"]),
        ("last: 101", ["last"]),
        ("first: 2, last: 2", ["last"]),
        ('first: 2, before: "x"', ["before"]),
        ('last: 2, before: "no cursor"', ["before"]),
        (f'before: "{encode(["2026-01-01T00:00:00+00:00", 5], NEWEST)}"', ["before"]),
        (f'orderBy: SEVERITY_ASC, after: "{encode(["1", str(uuid4())], "SEVERITY_ASC")}"', ["after"]),
        (f'orderBy: SEVERITY_ASC, after: "{encode([2**31, str(uuid4())], "SEVERITY_ASC")}"', ["after"]),
        (f'orderBy: STATUS_CATEGORY_ASC, after: "{encode([None, str(uuid4())], "STATUS_CATEGORY_ASC")}"', ["after"]),
        (f'orderBy: REFERENCE_ASC, after: "{encode([1, str(uuid4())], "REFERENCE_ASC")}"', ["after"]),
        (f'filter: {{ referencePrefix: "{"X" * 41}" }}', ["filter", "referencePrefix"]),
        ('after: "no cursor"', ["after"]),
        ('after: "é"', ["after"]),
        (f'after: "{encode([], NEWEST)}"', ["after"]),
        (f'after: "{encode(["2026-01-01T00:00:00+00:00"], NEWEST)}"', ["after"]),
        (f'after: "{encode(["2026-01-01T00:00:00+00:00", 5], NEWEST)}"', ["after"]),
        (f'after: "{encode(["2026-01-01T00:00:00", str(uuid4())], NEWEST)}"', ["after"]),
        (f'after: "{encode(["0001-01-01T00:00:00+10:00", str(uuid4())], NEWEST)}"', ["after"]),
        (f'after: "{encode([1, str(uuid4())], NEWEST)}"', ["after"]),
        ('filter: { companyIds: ["no id"] }', ["filter", "companyIds"]),
        ('filter: { responsibleIds: ["no id"] }', ["filter", "responsibleIds"]),
        ('filter: { statuses: [{ id: "no id" }] }', ["filter", "statuses", "id"]),
        ("filter: { statuses: [{}] }", ["filter", "statuses"]),
        ('filter: { types: [{ code: "\\u0000" }] }', ["filter", "types", "code"]),
        ('filter: { occurred: { from: "2026-01-01T00:00:00" } }', ["filter", "occurred", "from"]),
        ('filter: { registered: { to: "2026-01-01T00:00:00" } }', ["filter", "registered", "to"]),
        (f"orderBy: [{'REGISTERED_AT_ASC ' * 4}]", ["orderBy"]),
    ],
)
async def test_bad_arguments_are_refused_with_their_field(casebook: Casebook, arguments: str, field: list[str]) -> None:
    answer = await casebook.service.graph(
        f"{{ incidents({arguments}) {{ nodes {{ id }} }} }}", casebook.administrator()
    )

    assert answer["data"] == {"incidents": None}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID", "field": field}]


@pytest.mark.parametrize(
    "cursor",
    [
        "no cursor",
        encode([1], NEWEST),
        *(encode(key, SEQUENCE) for key in (["1"], [2**63], [1.5], [1, 2])),
    ],
)
async def test_a_bad_cursor_spoils_the_history_and_not_the_incident(casebook: Casebook, cursor: str) -> None:
    officer = casebook.officer(casebook.acme)
    incident = await casebook.register(officer)

    answer = await casebook.service.graph(
        "query ($id: ID!, $after: String) { incident(id: $id) { id history(after: $after) { nodes { sequence } } } }",
        officer,
        id=incident["id"],
        after=cursor,
    )

    assert answer["data"] == {"incident": {"id": incident["id"], "history": None}}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID", "field": ["after"]}]


async def test_a_cursor_of_another_order_is_refused(casebook: Casebook) -> None:
    await many(casebook, 2)
    first = await casebook.service.data(PAGE, casebook.administrator(), first=1, orderBy=["UPDATED_AT_DESC"])
    after = first["incidents"]["pageInfo"]["endCursor"]

    answers = [
        await casebook.service.graph(PAGE, casebook.administrator(), first=1, after=after, **order)
        for order in ({}, {"orderBy": ["UPDATED_AT_ASC"]}, {"orderBy": ["UPDATED_AT_DESC", "REGISTERED_AT_DESC"]})
    ]

    assert [answer["data"] for answer in answers] == [{"incidents": None}] * 3
    assert [answer["errors"][0]["extensions"]["field"] for answer in answers] == [["after"]] * 3


async def test_a_total_is_counted_only_when_asked_for(casebook: Casebook) -> None:
    await many(casebook, 3)
    counts = []
    for selection in ("nodes { id }", "nodes { id } totalCount"):
        with casebook.service.statements() as seen:
            await casebook.service.data(f"{{ incidents {{ {selection} }} }}", casebook.administrator())
        counts.append((len(seen), len([statement for statement in seen if "incident_count" in statement])))

    assert counts == [(1, 0), (2, 1)]


async def test_a_page_with_history_and_companies_costs_as_much_for_fifty_as_for_one(casebook: Casebook) -> None:
    await many(casebook, 50)
    counts = []
    for first in (1, 50):
        with casebook.service.statements() as seen:
            page = await casebook.service.data(FULL, casebook.administrator(), first=first)
        assert len(page["incidents"]["nodes"]) == first
        counts.append(len(seen))

    assert counts == [3, 3]


async def test_codes_in_a_filter_cost_one_statement(casebook: Casebook) -> None:
    filter = {"statuses": [{"code": "open"}, {"code": "closed"}], "types": [{"code": "malware.worm"}]}

    with casebook.service.statements() as seen:
        await casebook.service.data(PAGE, casebook.administrator(), filter=filter)

    assert len(seen) == 2
