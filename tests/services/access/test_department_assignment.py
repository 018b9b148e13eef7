from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.access import Actor
from services.access.persistence.rows import CompanyRow, UserDepartmentRow, UserRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
ASSIGN = """mutation ($input: AssignDepartmentInput!) {
  assignDepartment(input: $input) {
    user { name departments { totalCount nodes { name } } } errors { code message field }
  }
}"""

HISTORY = """query ($ids: [ID!]) {
  accessChanges(filter: {subjectIds: $ids}) { nodes { operation companyIds changes { field before after } } }
}"""


@pytest.fixture
async def company(make_company: Make) -> CompanyRow:
    found: CompanyRow = await make_company("Acme", "ACME")
    return found


@pytest.fixture
def manager(company: CompanyRow) -> Actor:
    return user({"access.manage": [company.id]})


@pytest.fixture
async def ada(make_user: Make, make_group: Make, company: CompanyRow) -> UserRow:
    found: UserRow = await make_user("Ada")
    await make_group(["incident.view"], [company], [found])
    return found


async def assign(access: RunningService, actor: Actor, who: UUID, department: UUID | None, **given: Any) -> Any:
    wanted = {"userId": str(who), "company": {"code": "ACME"}, "departmentId": department and str(department), **given}
    return (await access.data(ASSIGN, actor, input=wanted))["assignDepartment"]


async def places(access: RunningService) -> list[tuple[UUID, UUID, UUID]]:
    async with access.database.read(SYSTEM, through=("units",)) as session:
        rows = await session.scalars(select(UserDepartmentRow))
        return [(row.user_id, row.company_id, row.department_id) for row in rows]


def refusals(payload: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def test_a_user_works_in_one_department_of_a_company(
    access: RunningService, company: CompanyRow, manager: Actor, ada: UserRow, make_department: Make
) -> None:
    one, two = await make_department(company, "One"), await make_department(company, "Two")
    seen = [
        (await assign(access, manager, ada.id, department))["user"]["departments"]
        for department in (one.id, two.id, two.id, None)
    ]

    assert [[node["name"] for node in each["nodes"]] for each in seen] == [["One"], ["Two"], ["Two"], []]
    assert [each["totalCount"] for each in seen] == [1, 1, 1, 0]
    told = [event for event in await access.events() if event.subject == ada.id]
    assert [(event.type, event.data) for event in told[-3:]] == [
        ("users.changed.v1", {"user_ids": [str(ada.id)]}) for _ in range(3)
    ]
    history = await access.data(HISTORY, user({"audit.read": [company.id]}), ids=[str(ada.id)])
    entries = history["accessChanges"]["nodes"]
    assert [entry["operation"] for entry in entries] == ["ASSIGNED"] * 3
    assert entries[1] == {
        "operation": "ASSIGNED",
        "companyIds": [str(company.id)],
        "changes": [{"field": "department", "before": str(one.id), "after": str(two.id)}],
    }


async def test_a_stale_version_of_the_user_is_a_conflict_that_shows_the_user(
    access: RunningService, company: CompanyRow, manager: Actor, ada: UserRow, make_department: Make
) -> None:
    department = await make_department(company)
    refused = await assign(access, manager, ada.id, department.id, expectedVersion=1)  # the group made it 2
    assert refusals(refused) == [("CONFLICT", ["expectedVersion"])]
    assert refused["user"] == {"name": "Ada", "departments": {"totalCount": 0, "nodes": []}}
    assert (await assign(access, manager, ada.id, department.id, expectedVersion=2))["errors"] == []


async def test_users_and_departments_of_others_are_answered_like_none(
    access: RunningService, company: CompanyRow, ada: UserRow, make_company: Make, make_department: Make,
    make_user: Make, make_group: Make,
) -> None:  # fmt: skip
    other = await make_company()
    mine, foreign = await make_department(company), await make_department(other)
    stranger = await make_user("Stranger")
    await make_group(["incident.view"], [other], [stranger])
    events = len(await access.events())

    for actor in (user({"access.manage": [company.id]}), user({"access.manage": [company.id, other.id]})):
        for who in (stranger.id, uuid4()):
            assert refusals(await assign(access, actor, who, mine.id)) == [("NOT_FOUND", ["userId"])]
        for department in (foreign.id, uuid4()):
            assert refusals(await assign(access, actor, ada.id, department)) == [("NOT_FOUND", ["departmentId"])]
    elsewhere = user({"access.manage": [other.id]})
    for wanted in ({"code": "ACME"}, {"code": "NONE"}):
        refused = await assign(access, elsewhere, ada.id, mine.id, company=wanted)
        assert refusals(refused) == [("NOT_FOUND", ["company"])]
    assert (await places(access), len(await access.events())) == ([], events)


async def test_who_does_not_manage_the_company_assigns_nobody(
    access: RunningService, company: CompanyRow, ada: UserRow, make_department: Make
) -> None:
    department = await make_department(company)
    refused = await assign(access, user({"incident.edit": [company.id]}), ada.id, department.id)
    assert (refused["user"], refusals(refused)) == (None, [("DENIED", ["company"])])
    assert await places(access) == []


async def test_a_department_out_of_use_takes_nobody(
    access: RunningService, company: CompanyRow, manager: Actor, ada: UserRow, make_department: Make
) -> None:
    department = await make_department(company)
    retire = "mutation ($id: ID!) { editDepartment(input: {id: $id, active: false}) { errors { code } } }"
    await access.data(retire, manager, id=str(department.id))
    assert refusals(await assign(access, manager, ada.id, department.id)) == [("INVALID", ["departmentId"])]


async def test_departments_of_a_user_are_told_to_their_administrators_of_companies_in_sight(
    access: RunningService, company: CompanyRow, manager: Actor, administrator: Actor, ada: UserRow,
    make_company: Make, make_department: Make, make_group: Make,
) -> None:  # fmt: skip
    other = await make_company("Other", "OTHER")
    await make_group(["incident.view"], [other], [ada])
    here, there = await make_department(company, "Here"), await make_department(other, "There")
    await assign(access, administrator, ada.id, here.id)
    await assign(access, administrator, ada.id, there.id, company={"code": "OTHER"})

    async def seen(actor: Actor) -> Any:
        (found,) = await access.entities("User", [ada.id], "departments { totalCount nodes { name } }", actor)
        return found["departments"]

    assert await seen(manager) == {"totalCount": 1, "nodes": [{"name": "Here"}]}
    assert await seen(administrator) == {"totalCount": 2, "nodes": [{"name": "Here"}, {"name": "There"}]}
    assert await seen(user({"incident.view": [company.id]})) is None
    own = user({"incident.view": [company.id, other.id]}, id=ada.id)
    assert (await seen(own))["totalCount"] == 2


async def test_who_chooses_among_a_company_s_people_is_told_their_departments_there(
    access: RunningService, company: CompanyRow, administrator: Actor, ada: UserRow,
    make_company: Make, make_department: Make, make_group: Make, make_user: Make,
) -> None:  # fmt: skip
    other = await make_company("Other", "OTHER")
    await make_group(["incident.view"], [other], [ada])
    await make_group(["incident.view"], [company], [await make_user(f"Bob {n}") for n in range(3)])
    here, there = await make_department(company, "Here"), await make_department(other, "There")
    await assign(access, administrator, ada.id, here.id)
    await assign(access, administrator, ada.id, there.id, company={"code": "OTHER"})
    query = """query ($company: ID!) {
      companyUsers(companyId: $company, permission: "incident.edit") { nodes { name department { name } } }
    }"""
    chooser = user({"incident.edit": [company.id, other.id], "incident.view": [company.id]})

    with access.statements() as seen:
        found = await access.data(query, chooser, company=str(company.id))
    elsewhere = await access.data(query, chooser, company=str(other.id))

    assert found["companyUsers"]["nodes"] == [
        {"name": "Ada", "department": {"name": "Here"}},
        *({"name": f"Bob {n}", "department": None} for n in range(3)),
    ]
    assert len(seen) == 1
    assert elsewhere["companyUsers"]["nodes"] == [{"name": "Ada", "department": None}]
