"""Lists of indicators, and incidents found by theirs."""

from uuid import uuid4

from tests.support.casebook import Casebook
from tests.support.indicators import EVIL, LIST, add, listed
from tests.support.restricted import ada
from tests.support.services import Json


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
