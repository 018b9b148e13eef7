import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from chassis.access import EVERY_COMPANY, Actor
from services.access.persistence.rows import CompanyRow
from tests.support.services import RunningService, user

MakeCompany = Callable[..., Awaitable[CompanyRow]]
CREATE = """mutation ($input: CreateCompanyInput!) {
  createCompany(input: $input) {
    company { id name code country timeZone defaultLocale active }
    errors { code message field }
  }
}"""


async def create(access: RunningService, actor: Actor, **given: Any) -> Any:
    return (await access.data(CREATE, actor, input=given))["createCompany"]


async def names(access: RunningService, actor: Actor, arguments: str = "") -> list[str]:
    found = await access.data(f"{{ companies{arguments} {{ nodes {{ name }} totalCount }} }}", actor)
    listed = [node["name"] for node in found["companies"]["nodes"]]
    assert found["companies"]["totalCount"] == len(listed)
    return listed


async def test_a_name_is_enough_and_the_company_is_in_sight_at_once(
    access: RunningService, administrator: Actor
) -> None:
    made = await create(access, administrator, name=" Acme  Health ")
    company = made["company"]
    assert made["errors"] == []
    assert company | {"id": ""} == {
        "id": "",
        "name": "Acme Health",
        "code": "ACMEHEALTH",
        "country": None,
        "timeZone": "UTC",
        "defaultLocale": "en",
        "active": True,
    }
    found = await access.data("query ($id: ID!) { company(id: $id) { code } }", administrator, id=company["id"])
    assert found["company"] == {"code": "ACMEHEALTH"}


async def test_creation_is_told_as_the_first_event_of_the_company(access: RunningService, administrator: Actor) -> None:
    made = await create(access, administrator, name="Acme", code="ac", country="KZ", timeZone="Asia/Almaty")
    (event,) = await access.events()
    assert made["company"]["code"] == "AC"
    assert (event.type, event.sequence, str(event.company_id)) == ("company.changed.v1", 1, made["company"]["id"])
    assert event.subject == event.company_id
    assert event.data == {"company_id": made["company"]["id"], "version": 1}


async def test_many_companies_in_one_request_get_codes_of_their_own(
    access: RunningService, administrator: Actor
) -> None:
    wanted = [f'm{n}: createCompany(input: {{name: "Acme {"!" * n}"}}) {{ company {{ code }} }}' for n in range(20)]
    found = await access.data(f"mutation {{ {' '.join(wanted)} }}", administrator)
    codes = [found[f"m{n}"]["company"]["code"] for n in range(20)]
    assert codes == ["ACME", *(f"ACME{n}" for n in range(2, 21))]


async def test_companies_created_at_the_same_moment_do_not_get_in_each_other_s_way(
    access: RunningService, administrator: Actor
) -> None:
    made = await asyncio.gather(*(create(access, administrator, name=f"Acme {'.' * n}") for n in range(8)))
    assert sorted(each["company"]["code"] for each in made) == sorted(["ACME", *(f"ACME{n}" for n in range(2, 9))])


async def test_of_two_creations_of_one_name_one_is_a_conflict(access: RunningService, administrator: Actor) -> None:
    made = await asyncio.gather(*(create(access, administrator, name="Acme") for _ in range(2)))
    codes = sorted(each["errors"][0]["code"] if each["errors"] else "" for each in made)
    assert codes == ["", "CONFLICT"]
    assert len(await access.events()) == 1


async def test_a_taken_code_is_a_conflict(
    access: RunningService, administrator: Actor, make_company: MakeCompany
) -> None:
    await make_company("Acme", "ACME")
    refused = await create(access, administrator, name="Acme Two", code="acme")
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("CONFLICT", ["code"])]
    assert len(await access.events()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Acme", "code": "A-1"}, "code"),
        ({"name": "Acme", "country": "Kazakhstan"}, "country"),
        ({"name": "Acme", "timeZone": "Almaty"}, "timeZone"),
        ({"name": "Acme", "defaultLocale": "Kazakh"}, "defaultLocale"),
    ],
)
async def test_bad_input_is_refused_with_its_field(
    access: RunningService, administrator: Actor, given: dict[str, str], field: str
) -> None:
    refused = await create(access, administrator, **given)
    assert refused["company"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", [field])]
    assert await access.events() == []


async def test_who_manages_only_some_companies_creates_none(access: RunningService, make_company: MakeCompany) -> None:
    company = await make_company()
    for actor in (user({"access.manage": [company.id]}), user({"incident.view": EVERY_COMPANY}), user()):
        refused = await create(access, actor, name="Acme")
        assert (refused["company"], refused["errors"][0]["code"]) == (None, "DENIED")
    assert len(await access.events()) == 1
    assert await names(access, user({"incident.view": EVERY_COMPANY})) == [company.name]


async def test_a_company_is_in_sight_of_who_holds_any_permission_in_it(
    access: RunningService, make_company: MakeCompany
) -> None:
    seen, managed, foreign = await make_company("Seen"), await make_company("Managed"), await make_company("Foreign")
    actor = user({"incident.view": [seen.id], "access.manage": [managed.id]})
    assert await names(access, actor) == ["Managed", "Seen"]
    assert await names(access, user()) == []
    assert await names(access, user({"metrics.read": EVERY_COMPANY})) == ["Foreign", "Managed", "Seen"]
    for way in ("id", "code"):
        query = f"query ($it: {'ID' if way == 'id' else 'String'}) {{ company({way}: $it) {{ name }} }}"
        there, foreign_one = [
            await access.graph(query, actor, it=str(getattr(company, way))) for company in (seen, foreign)
        ]
        absent = await access.graph(query, actor, it=str(uuid4()) if way == "id" else "NONE")
        assert there == {"data": {"company": {"name": "Seen"}}}
        assert foreign_one == absent == {"data": {"company": None}}


async def test_lists_are_filtered_by_all_given_conditions(
    access: RunningService, administrator: Actor, make_company: MakeCompany
) -> None:
    acme, other = await make_company("Acme 100%", "ACME"), await make_company("Other_1", "OTHER")
    await make_company("Third", "THIRD")
    assert await names(access, administrator, f'(filter: {{ids: ["{acme.id}", "{other.id}"]}})') == [
        "Acme 100%",
        "Other_1",
    ]
    assert await names(access, administrator, '(filter: {codes: ["OTHER"], names: ["Acme 100%"]})') == []
    assert await names(access, administrator, '(filter: {names: ["Third", "none"]})') == ["Third"]
    assert await names(access, administrator, "(filter: {names: []})") == []
    assert await names(access, administrator, '(filter: {search: "oTHE"})') == ["Other_1"]
    assert await names(access, administrator, '(filter: {search: "0%"})') == ["Acme 100%"]
    assert await names(access, administrator, '(filter: {search: "r_"})') == ["Other_1"]


async def test_pages_follow_one_another_by_name(
    access: RunningService, administrator: Actor, make_company: MakeCompany
) -> None:
    for name in "BADCE":
        await make_company(name)
    query = """query ($after: String) {
      companies(first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
    }"""
    pages, after = [], None
    while True:
        page = (await access.data(query, administrator, after=after))["companies"]
        pages.append([node["name"] for node in page["nodes"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == [["A", "B"], ["C", "D"], ["E"]]


async def test_fifty_references_cost_one_statement_and_hide_foreign_companies(
    access: RunningService, make_company: MakeCompany
) -> None:
    companies = [await make_company() for _ in range(50)]
    actor = user({"incident.view": [company.id for company in companies[:49]]})
    with access.statements() as seen:
        found = await access.entities("Company", [*(each.id for each in companies), "no id"], "name", actor)
    assert [each and each["name"] for each in found] == [*(each.name for each in companies[:49]), None, None]
    assert len(seen) == 1
