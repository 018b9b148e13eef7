from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.access.persistence.rows import CompanyRow, UserRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
LIST = """query ($company: ID!, $for: String! = "incident.edit", $search: String, $first: Int! = 20, $after: String) {
  companyUsers(companyId: $company, permission: $for, search: $search, first: $first, after: $after) {
    nodes { name email department { name } user { id name email } } totalCount pageInfo { hasNextPage endCursor }
  }
}"""


@pytest.fixture
async def here(make_company: Make, make_user: Make, make_group: Make) -> CompanyRow:
    """With somebody of each kind."""
    company, foreign = await make_company("Here"), await make_company("Foreign")
    people = {
        name: await make_user(name, f"{name.lower()}@example.org")
        for name in ("Ada", "Bob", "Cyd", "Dan", "Eve", "Fay")
    }
    await make_group(["incident.view"], [company], [people["Bob"], people["Ada"], people["Dan"]])
    await make_group(["incident.view", "incident.edit"], [], [people["Cyd"], people["Ada"]])
    await make_group(["metrics.read"], [company], [people["Eve"]])
    await make_group(["incident.view"], [foreign], [people["Fay"]])
    made: CompanyRow = company
    return made


async def names(access: RunningService, actor: Actor, company: CompanyRow, **more: Any) -> list[str]:
    found = (await access.data(LIST, actor, company=str(company.id), **more))["companyUsers"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["name"] for node in found["nodes"]]


async def test_those_who_see_the_incidents_can_be_chosen(access: RunningService, here: CompanyRow) -> None:
    editor = user({"incident.edit": [here.id]})
    assert await names(access, editor, here) == ["Ada", "Bob", "Cyd", "Dan"]
    assert await names(access, editor, here, search="BOB@") == ["Bob"]
    answer = await access.data(LIST, editor, company=str(here.id), search="bob")
    (bob,) = answer["companyUsers"]["nodes"]
    assert (bob["email"], bob["user"]["name"], bob["user"]["email"]) == ("bob@example.org", "Bob", None)


async def test_each_is_shown_with_the_department_of_this_company(
    access: RunningService, here: CompanyRow, make_company: Make, make_department: Make
) -> None:
    editor = user({"incident.edit": [here.id], "access.manage": EVERY_COMPANY})
    nodes = (await access.data(LIST, editor, company=str(here.id)))["companyUsers"]["nodes"]
    assert [node["department"] for node in nodes] == [None] * 4
    ada, cyd = nodes[0]["user"]["id"], nodes[2]["user"]["id"]
    assign = "mutation ($input: AssignDepartmentInput!) { assignDepartment(input: $input) { errors { code } } }"
    elsewhere = await make_company("Elsewhere")
    for who, company, name in ((ada, here, "Finance"), (cyd, elsewhere, "Abroad")):
        department = await make_department(company, name)
        place = {"userId": who, "company": {"id": str(company.id)}, "departmentId": str(department.id)}
        assert (await access.data(assign, editor, input=place))["assignDepartment"]["errors"] == []
    only = user({"incident.edit": [here.id], "incident.view": [here.id]})
    nodes = (await access.data(LIST, only, company=str(here.id)))["companyUsers"]["nodes"]
    assert [node["department"] for node in nodes] == [{"name": "Finance"}, None, None, None]


async def test_neither_programs_nor_inactive_people(access: RunningService, here: CompanyRow) -> None:
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(UserRow).where(UserRow.name == "Bob").values(active=False))
        await work.session.execute(update(UserRow).where(UserRow.name == "Dan").values(kind="service_account"))
    assert await names(access, user({"incident.edit": EVERY_COMPANY}), here) == ["Ada", "Cyd"]


async def test_only_where_the_permission_in_question_is_held(
    access: RunningService, here: CompanyRow, make_company: Make
) -> None:
    elsewhere = await make_company()
    actor = user({"incident.edit": [elsewhere.id], "incident.view": [here.id], "incident.send_mail": [here.id]})
    foreign = await access.graph(LIST, actor, company=str(here.id))
    absent = await access.graph(LIST, actor, company=str(uuid7()))
    assert foreign == absent
    assert foreign["data"] == {"companyUsers": None}
    assert foreign["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await names(access, actor, here, **{"for": "incident.send_mail"}) == ["Ada", "Bob", "Cyd", "Dan"]


async def test_seeing_incidents_is_no_reason_to_choose_people(access: RunningService, here: CompanyRow) -> None:
    actor = user({"incident.view": [here.id], "metrics.read": [here.id]})
    for wanted in ("incident.view", "metrics.read", "incident.fly"):
        answer = await access.graph(LIST, actor, company=str(here.id), **{"for": wanted})
        assert answer["data"] == {"companyUsers": None}
        assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_pages_cost_one_statement_each(access: RunningService, here: CompanyRow) -> None:
    seen, after = [], None
    paged = LIST.replace("totalCount", "")
    for _ in range(2):
        with access.statements() as statements:
            answer = await access.data(
                paged, user({"incident.edit": [here.id]}), company=str(here.id), first=2, after=after
            )
        assert len(statements) == 1
        found = answer["companyUsers"]
        seen += [node["name"] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
    assert seen == ["Ada", "Bob", "Cyd", "Dan"]
    assert not found["pageInfo"]["hasNextPage"]
