"""Departments, sites and teams of others: not there, by whatever way they are asked for, and not to be changed."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from chassis.access import EVERY_COMPANY, Actor
from services.access.domain.permissions import NAMES
from services.access.persistence.rows import (
    AccessChangeRow,
    CompanyRow,
    DepartmentRow,
    SiteRow,
    TeamMemberRow,
    TeamRow,
)
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
KINDS = ("Department", "Site", "Team")
LISTS = """{
  companies { nodes {
    departments { totalCount nodes { name children { totalCount } } }
    sites { totalCount nodes { name } }
    teams { totalCount nodes { name members { totalCount nodes { name } } } }
  } }
}"""
EMPTY = {name: {"totalCount": 0, "nodes": []} for name in ("departments", "sites", "teams")}
EDITS = {
    kind: f"""mutation ($input: Edit{kind}Input!) {{
      edit{kind}(input: $input) {{ {kind.lower()} {{ name }} errors {{ code message field }} }}
    }}"""
    for kind in KINDS
}
CREATES = {kind: text.replace("edit", "create").replace("Edit", "Create") for kind, text in EDITS.items()}


@pytest.fixture
async def mine(make_company: Make) -> CompanyRow:
    found: CompanyRow = await make_company("Mine", "MINE")
    return found


@pytest.fixture
async def foreign(
    make_company: Make, make_user: Make, make_group: Make, make_department: Make, make_site: Make, make_team: Make
) -> dict[str, UUID]:
    """A company, and the ids of what it has, by kind."""
    company, ada = await make_company("Foreign", "FOREIGN"), await make_user("Ada")
    await make_group(["incident.view"], [company], [ada])
    top = await make_department(company, "Secret department", code="SECRET")
    await make_department(company, "Secret part", parent_id=top.id)
    site, team = await make_site(company, "Secret site"), await make_team(company, "Secret team", [ada])
    return {"Company": company.id, "Department": top.id, "Site": site.id, "Team": team.id}


def outsider(company: CompanyRow) -> Actor:
    """Holds everything that there is in one company."""
    return user({right: [company.id] for right in NAMES})


async def everything(access: RunningService) -> list[int]:
    async with access.database.read(SYSTEM, through=("view", "units", "audit")) as session:
        tables = (DepartmentRow, SiteRow, TeamRow, TeamMemberRow, AccessChangeRow)
        numbers = [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
        versions = [
            await session.scalar(select(func.sum(row.version))) or 0 for row in (DepartmentRow, SiteRow, TeamRow)
        ]
    return [*numbers, *map(int, versions), len(await access.events())]


async def test_nothing_foreign_is_in_any_list_or_count(
    access: RunningService, mine: CompanyRow, foreign: dict[str, UUID]
) -> None:
    found = await access.data(LISTS, outsider(mine))
    assert found["companies"]["nodes"] == [EMPTY]


async def test_who_sees_a_company_by_another_right_sees_nothing_that_is_in_it(
    access: RunningService, mine: CompanyRow, foreign: dict[str, UUID]
) -> None:
    for right in ("webhook.manage", "audit.read", "directory.manage"):
        found = await access.data(LISTS, user({right: EVERY_COMPANY}))
        assert found["companies"]["nodes"] == [EMPTY, EMPTY]


@pytest.mark.parametrize("right", ["incident.view", "incident.add", "metrics.read", "access.manage"])
async def test_who_works_with_the_company_sees_what_it_consists_of(
    access: RunningService, foreign: dict[str, UUID], right: str
) -> None:
    found = await access.data(LISTS, user({right: [foreign["Company"]]}))
    assert found["companies"]["nodes"] == [
        {
            "departments": {
                "totalCount": 2,
                "nodes": [
                    {"name": "Secret department", "children": {"totalCount": 1}},
                    {"name": "Secret part", "children": {"totalCount": 0}},
                ],
            },
            "sites": {"totalCount": 1, "nodes": [{"name": "Secret site"}]},
            "teams": {
                "totalCount": 1,
                "nodes": [{"name": "Secret team", "members": {"totalCount": 1, "nodes": [{"name": "Ada"}]}}],
            },
        }
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_foreign_is_found_neither_by_id_nor_by_reference(
    access: RunningService, mine: CompanyRow, foreign: dict[str, UUID], kind: str
) -> None:
    query = f"query ($id: ID!) {{ {kind.lower()}(id: $id) {{ name company {{ name }} }} }}"
    actor = outsider(mine)
    answers = [await access.graph(query, actor, id=str(id)) for id in (foreign[kind], uuid4())]
    assert answers == [{"data": {kind.lower(): None}}] * 2
    assert await access.entities(kind, [foreign[kind], uuid4(), "no id"], "name", actor) == [None] * 3
    insider = user({"incident.view": [foreign["Company"]]})
    assert await access.entities(kind, [foreign[kind]], "company { name }", insider) == [
        {"company": {"name": "Foreign"}}
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_foreign_is_changed_and_nothing_tells_that_it_is_there(
    access: RunningService, mine: CompanyRow, foreign: dict[str, UUID], kind: str
) -> None:
    actor, before = outsider(mine), await everything(access)
    for given in ({"name": "Taken"}, {"active": False}, {"expectedVersion": 7, "name": "Taken"}):
        answers = [
            await access.graph(EDITS[kind], actor, input={"id": str(id), **given}) for id in (foreign[kind], uuid4())
        ]
        assert answers[0] == answers[1]
        (payload,) = answers[0]["data"].values()
        assert (payload[kind.lower()], payload["errors"][0]["code"]) == (None, "NOT_FOUND")
    for companies in ([{"id": str(foreign["Company"])}, {"id": str(uuid4())}], [{"code": "FOREIGN"}, {"code": "NONE"}]):
        answers = [await access.graph(CREATES[kind], actor, input={"company": each, "name": "N"}) for each in companies]
        assert answers[0] == answers[1]
        (payload,) = answers[0]["data"].values()
        assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    assert await everything(access) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_who_only_looks_changes_nothing(access: RunningService, foreign: dict[str, UUID], kind: str) -> None:
    actor, before = user({"incident.view": [foreign["Company"]]}), await everything(access)
    edited = await access.data(EDITS[kind], actor, input={"id": str(foreign[kind]), "name": "Taken"})
    made = await access.data(CREATES[kind], actor, input={"company": {"code": "FOREIGN"}, "name": "New"})
    for (payload,) in (edited.values(), made.values()):
        assert (payload[kind.lower()], [error["code"] for error in payload["errors"]]) == (None, ["DENIED"])
    assert await everything(access) == before


async def test_lists_of_many_companies_cost_a_statement_each_and_not_one_for_each_company(
    access: RunningService, make_company: Make, make_department: Make, make_site: Make, make_team: Make
) -> None:
    for _ in range(5):
        company = await make_company()
        for make in (make_department, make_site, make_team):
            await make(company)
            await make(company)
    with access.statements() as seen:
        found = await access.data(LISTS, user({"incident.view": EVERY_COMPANY}))
    assert [len(node["teams"]["nodes"]) for node in found["companies"]["nodes"]] == [2] * 5
    # the companies; page and count of each of departments, sites, teams, children, members
    assert len(seen) == 11


@pytest.mark.parametrize("kind", KINDS)
async def test_fifty_references_cost_one_statement(
    access: RunningService, make_company: Make, kind: str, request: pytest.FixtureRequest
) -> None:
    company, make = await make_company(), request.getfixturevalue(f"make_{kind.lower()}")
    ids = [(await make(company)).id for _ in range(50)]
    with access.statements() as seen:
        found = await access.entities(kind, ids, "name version", user({"metrics.read": [company.id]}))
    assert [each["version"] for each in found] == [1] * 50
    assert len(seen) == 1


async def test_departments_of_many_users_cost_one_statement(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make, make_department: Make
) -> None:
    company = await make_company("Acme", "ACME")
    department = await make_department(company)
    people = [await make_user(f"User {n}") for n in range(5)]
    await make_group(["incident.view"], [company], people)
    manager = user({"access.manage": [company.id]})
    for person in people:
        wanted = {"userId": str(person.id), "company": {"code": "ACME"}, "departmentId": str(department.id)}
        assign = "mutation ($i: AssignDepartmentInput!) { assignDepartment(input: $i) { errors { code } } }"
        assert (await access.data(assign, manager, i=wanted))["assignDepartment"]["errors"] == []
    with access.statements() as seen:
        found = await access.data("{ users { nodes { departments { nodes { name company { name } } } } } }", manager)
    names = [user["departments"]["nodes"] for user in found["users"]["nodes"]]
    assert names == [[{"name": department.name, "company": {"name": "Acme"}}]] * 5
    assert len(seen) == 3  # the users, their departments, the company
