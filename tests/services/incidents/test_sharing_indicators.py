"""Incidents that share indicators, and what of it whoever does not see a restricted one meets: nothing."""

import asyncio
from uuid import uuid4

from sqlalchemy import select

from services.incidents.persistence.indicator_rows import IncidentIndicatorRow, IndicatorRow
from services.incidents.usecases.verify_history import verify_histories
from tests.support.casebook import CONFIDE, DELETE, SHOW, Casebook
from tests.support.indicators import ADD, BY_ID, EDIT, add, listed, shown
from tests.support.restricted import ada, bob, others
from tests.support.services import SYSTEM, Json

A, B, C = "a.example", "b.example", "c.example"


async def sharing(casebook: Casebook, incident: Json) -> list[tuple[str, list[str]]]:
    """The others with what is shared, as Ada sees it."""
    page = (await shown(casebook, incident, ada(casebook)))["sharing"]
    assert page["totalCount"] == len(page["nodes"])
    for each in page["nodes"]:
        assert each["number"] == len(each["indicators"])
    return [(each["incident"]["id"], sorted(one["value"] for one in each["indicators"])) for each in page["nodes"]]


async def test_incidents_share_indicators_both_ways_most_first_then_the_newest(casebook: Casebook) -> None:
    one, two, three, four = [await casebook.register(ada(casebook)) for _ in range(4)]
    await add(casebook, ada(casebook), one, A, B, C)
    await add(casebook, ada(casebook), two, "A[.]example", B)
    await add(casebook, ada(casebook), three, C)
    await add(casebook, ada(casebook), four, C, "198.51.100.3")

    assert await sharing(casebook, one) == [(two["id"], [A, B]), (four["id"], [C]), (three["id"], [C])]
    assert await sharing(casebook, two) == [(one["id"], [A, B])]
    assert await sharing(casebook, three) == [(four["id"], [C]), (one["id"], [C])]


async def test_sharing_is_paged(casebook: Casebook) -> None:
    incidents = [await casebook.register(ada(casebook)) for _ in range(5)]
    for number, incident in enumerate(incidents):
        await add(casebook, ada(casebook), incident, A, *([B] if number % 2 == 0 else []))
    query = """query ($id: ID!, $after: String) { incident(id: $id) { sharing(first: 1, after: $after) {
        nodes { incident { id } } totalCount pageInfo { hasNextPage endCursor } } } }"""
    found, after = [], None
    while True:
        told = await casebook.service.data(query, ada(casebook), id=incidents[0]["id"], after=after)
        page = told["incident"]["sharing"]
        found += [each["incident"]["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert found == [incidents[number]["id"] for number in (4, 2, 3, 1)]
    assert page["totalCount"] == 4


async def test_what_is_harmless_or_told_to_be_ignored_makes_nothing_alike(casebook: Casebook) -> None:
    one, two = [await casebook.register(ada(casebook)) for _ in range(2)]
    first = await add(casebook, ada(casebook), one, A, B)
    await add(casebook, ada(casebook), two, A, B)
    harmless = {"expectedVersion": 1, "whitelisted": True}
    await casebook.try_to(EDIT, ada(casebook), id=first[0]["id"], expectedVersion=1, indicator=harmless)
    assert await sharing(casebook, two) == [(one["id"], [B])]
    await casebook.try_to(EDIT, ada(casebook), id=first[1]["id"], expectedVersion=1, ignoreSimilarity=True)

    assert await sharing(casebook, one) == await sharing(casebook, two) == []


async def test_other_types_companies_and_deleted_incidents_share_nothing(casebook: Casebook) -> None:
    boss = casebook.administrator()
    one, two, gone = [await casebook.register(ada(casebook)) for _ in range(3)]
    beyond = await casebook.register(boss, company={"code": "NORTH"})
    await add(casebook, boss, one, A)
    await add(casebook, boss, two, A, type={"code": "x-other"})
    await add(casebook, boss, beyond, A)
    await add(casebook, boss, gone, A)
    await casebook.try_to(DELETE, boss, id=gone["id"])

    assert (await shown(casebook, one, boss))["sharing"] == {"nodes": [], "totalCount": 0}


async def test_who_does_not_see_a_restricted_incident_meets_nothing_of_its_indicators(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED")
    incident = await casebook.register(bob(casebook))
    (hidden,) = await add(casebook, ada(casebook), secret, A, description="The director's notebook", tags=["board"])

    with casebook.service.statements() as before:
        (link,) = await add(casebook, bob(casebook), incident, B)
    with casebook.service.statements() as after:
        (twin,) = await add(casebook, bob(casebook), incident, A)

    assert len(before) == len(after)
    assert twin["indicator"]["id"] != hidden["indicator"]["id"]
    assert (twin["indicator"]["description"], twin["indicator"]["tags"], twin["indicator"]["version"]) == (None, [], 1)
    for actor in others(casebook):
        found = await casebook.service.data(BY_ID, actor, id=hidden["indicator"]["id"])
        absent = await casebook.service.data(BY_ID, actor, id=str(uuid4()))
        assert found == absent == {"indicator": None}
    assert (await shown(casebook, incident, bob(casebook)))["sharing"] == {"nodes": [], "totalCount": 0}
    seen = (await casebook.service.data(BY_ID, bob(casebook), id=twin["indicator"]["id"]))["indicator"]["incidents"]
    assert seen == {"nodes": [{"id": incident["id"]}], "totalCount": 1}
    query = "query ($filter: IncidentFilter) { incidents(filter: $filter) { nodes { id } totalCount } }"
    for reference in ({"value": A}, {"id": twin["indicator"]["id"]}):
        page = await casebook.service.data(query, bob(casebook), filter={"indicators": [reference]})
        assert page["incidents"] == {"nodes": [{"id": incident["id"]}], "totalCount": 1}
    page = await casebook.service.data(query, bob(casebook), filter={"indicators": [{"id": hidden["indicator"]["id"]}]})
    assert page["incidents"] == {"nodes": [], "totalCount": 0}
    assert link["indicator"]["value"] == B


async def test_members_see_what_the_restricted_one_shares(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED")
    incident = await casebook.register(ada(casebook))
    (hidden,) = await add(casebook, ada(casebook), secret, A)
    (link,) = await add(casebook, ada(casebook), incident, A)

    assert await sharing(casebook, incident) == [(secret["id"], [A])]
    assert await sharing(casebook, secret) == [(incident["id"], [A])]
    for each in (hidden, link):
        found = (await casebook.service.data(BY_ID, ada(casebook), id=each["indicator"]["id"]))["indicator"]
        assert found["incidents"] == {"nodes": [{"id": incident["id"]}, {"id": secret["id"]}], "totalCount": 2}


async def test_restricting_takes_indicators_along_and_leaves_the_others_theirs(casebook: Casebook) -> None:
    one, two = [await casebook.register(ada(casebook)) for _ in range(2)]
    shared, own = await add(casebook, ada(casebook), one, A, B, description="Known")
    await add(casebook, ada(casebook), two, A)

    await casebook.change(SHOW, ada(casebook), id=one["id"], visibility="RESTRICTED")

    assert await listed(casebook, bob(casebook)) == [A]
    assert (await casebook.service.data(BY_ID, bob(casebook), id=own["indicator"]["id"]))["indicator"] is None
    found = (await casebook.service.data(BY_ID, bob(casebook), id=shared["indicator"]["id"]))["indicator"]
    assert found["incidents"] == {"nodes": [{"id": two["id"]}], "totalCount": 1}
    copied, kept = (await shown(casebook, one, ada(casebook)))["indicators"]["nodes"]
    assert (kept["indicator"]["id"], copied["indicator"]["description"]) == (own["indicator"]["id"], "Known")
    assert copied["indicator"]["id"] != shared["indicator"]["id"]
    assert await sharing(casebook, two) == [(one["id"], [A])]
    itself = {"expectedVersion": 1, "description": "Between us"}
    await casebook.try_to(EDIT, ada(casebook), id=copied["id"], expectedVersion=1, indicator=itself)
    (there,) = (await shown(casebook, two, bob(casebook)))["indicators"]["nodes"]
    assert there["indicator"]["description"] == "Known"


async def test_opening_gives_back_what_nobody_else_has_and_joins_the_rest(casebook: Casebook) -> None:
    one, two = [await casebook.register(ada(casebook), visibility=each) for each in ("RESTRICTED", "COMPANY")]
    hidden, own = await add(casebook, ada(casebook), one, A, B)
    (known,) = await add(casebook, bob(casebook), two, A)

    await casebook.change(SHOW, ada(casebook), id=one["id"], visibility="COMPANY")

    nodes = (await shown(casebook, one, bob(casebook)))["indicators"]["nodes"]
    assert [each["id"] for each in nodes] == [hidden["id"], own["id"]]
    assert [each["indicator"]["id"] for each in nodes] == [known["indicator"]["id"], own["indicator"]["id"]]
    assert await listed(casebook, bob(casebook)) == [A, B]
    async with casebook.service.database.read(SYSTEM) as session:
        assert len((await session.scalars(select(IndicatorRow))).all()) == 2
    assert (await verify_histories(casebook.service.database)).broken == []


async def test_members_who_are_taken_out_lose_sight_of_the_indicators(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED", memberIds=[str(casebook.bob)])
    (link,) = await add(casebook, bob(casebook), secret, A)
    assert await listed(casebook, bob(casebook)) == [A]

    await casebook.change(CONFIDE, ada(casebook), id=secret["id"], removeMembers=[str(casebook.bob)])

    assert await listed(casebook, bob(casebook)) == []
    assert (await casebook.service.data(BY_ID, bob(casebook), id=link["indicator"]["id"]))["indicator"] is None


async def test_restricting_while_others_add_the_same_mixes_nothing_up(casebook: Casebook) -> None:
    for _ in range(4):
        one, two = [await casebook.register(ada(casebook)) for _ in range(2)]
        await add(casebook, ada(casebook), one, A)
        await asyncio.gather(
            casebook.change(SHOW, ada(casebook), id=one["id"], visibility="RESTRICTED"),
            add(casebook, bob(casebook), two, A),
        )
        async with casebook.service.database.read(SYSTEM) as session:
            joined = select(IncidentIndicatorRow, IndicatorRow).join(
                IndicatorRow, IndicatorRow.id == IncidentIndicatorRow.indicator_id
            )
            rows = (await session.execute(joined)).all()
        owners = {str(link.incident_id): indicator.incident_id for link, indicator in rows}
        assert (str(owners[one["id"]]), owners[two["id"]]) == (one["id"], None)


async def test_row_level_security_alone_keeps_the_indicators_of_restricted_incidents(casebook: Casebook) -> None:
    secret = await casebook.register(ada(casebook), visibility="RESTRICTED")
    await add(casebook, ada(casebook), secret, A)

    for actor in others(casebook):
        async with casebook.service.database.read(actor) as session:
            assert (await session.scalars(select(IndicatorRow))).all() == []
            assert (await session.scalars(select(IncidentIndicatorRow))).all() == []


async def test_an_incident_has_at_most_a_thousand(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    for batch in range(10):
        await add(casebook, ada(casebook), incident, *(f"h{batch}x{number}.example" for number in range(100)))

    async with casebook.unchanged():
        payload = await casebook.try_to(ADD, ada(casebook), incidentId=incident["id"], indicators=[{"value": A}])

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", ["indicators"])]
