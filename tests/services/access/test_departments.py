import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from chassis.access import Actor
from services.access.persistence.rows import CompanyRow, DepartmentRow
from tests.support.services import RunningService, user

Make = Callable[..., Awaitable[Any]]
SHAPE = "id name code active version parent { name } company { code }"
CREATE = f"""mutation ($input: CreateDepartmentInput!) {{
  createDepartment(input: $input) {{ department {{ {SHAPE} }} errors {{ code message field }} }}
}}"""
EDIT = f"""mutation ($input: EditDepartmentInput!) {{
  editDepartment(input: $input) {{ department {{ {SHAPE} }} errors {{ code message field }} }}
}}"""


@pytest.fixture
async def company(make_company: Make) -> CompanyRow:
    found: CompanyRow = await make_company("Acme", "ACME")
    return found


@pytest.fixture
def manager(company: CompanyRow) -> Actor:
    return user({"access.manage": [company.id]})


async def create(access: RunningService, actor: Actor, **given: Any) -> Any:
    return (await access.data(CREATE, actor, input={"company": {"code": "ACME"}, **given}))["createDepartment"]


async def edit(access: RunningService, actor: Actor, department: DepartmentRow, **given: Any) -> Any:
    return (await access.data(EDIT, actor, input={"id": str(department.id), **given}))["editDepartment"]


def refusals(payload: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def test_a_department_is_made_below_another_and_told(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    top = await make_department(company, "Operations")
    made = await create(access, manager, name=" Night  shift ", code="ops-n", parentId=str(top.id))

    assert made["department"] | {"id": ""} == {
        "id": "",
        "name": "Night shift",
        "code": "OPS-N",
        "active": True,
        "version": 1,
        "parent": {"name": "Operations"},
        "company": {"code": "ACME"},
    }
    event = (await access.events())[-1]
    assert (event.type, event.company_id, event.sequence) == ("department.changed.v1", company.id, 1)
    assert event.data == {"department_id": made["department"]["id"], "company_id": str(company.id), "version": 1}


async def test_a_department_is_renamed_moved_and_taken_out_of_use(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    one, two = await make_department(company, "One"), await make_department(company, "Two", code="TWO")
    moved = await edit(access, manager, two, expectedVersion=1, name="Second", parentId=str(one.id), active=False)
    top = await edit(access, manager, two, parentId=None, code=None)

    shown = {name: moved["department"][name] for name in ("name", "code", "parent", "active", "version")}
    assert shown == {"name": "Second", "code": "TWO", "parent": {"name": "One"}, "active": False, "version": 2}
    assert (top["department"]["parent"], top["department"]["code"], top["department"]["version"]) == (None, None, 3)
    told = await access.data(
        "query ($ids: [ID!]) { accessChanges(filter: {subjectIds: $ids}) { nodes {"
        " operation changes { field before after } } } }",
        user({"audit.read": [company.id]}),
        ids=[str(two.id)],
    )
    newest = told["accessChanges"]["nodes"][0]
    assert newest["operation"] == "EDITED"
    assert {"field": "parent", "before": str(one.id), "after": None} in newest["changes"]


async def test_departments_stay_a_tree(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    top = await make_department(company)
    middle = await make_department(company, parent_id=top.id)
    low = await make_department(company, parent_id=middle.id)
    events = len(await access.events())

    for below in (top, middle, low):
        refused = await edit(access, manager, top, parentId=str(below.id))
        assert refusals(refused) == [("INVALID", ["parentId"])]
    assert len(await access.events()) == events


async def test_two_that_would_move_below_each_other_at_the_same_moment_make_no_circle(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    one, two = await make_department(company), await make_department(company)
    answers = await asyncio.gather(
        edit(access, manager, one, parentId=str(two.id)), edit(access, manager, two, parentId=str(one.id))
    )
    assert sorted(len(each["errors"]) for each in answers) == [0, 1]


async def test_departments_are_not_endlessly_deep(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    parent = None
    for _ in range(10):
        parent = (await make_department(company, parent_id=parent)).id
    assert refusals(await create(access, manager, name="Too deep", parentId=str(parent))) == [("INVALID", ["parentId"])]


async def test_a_code_names_one_department_of_a_company_and_is_free_in_others(
    access: RunningService, company: CompanyRow, manager: Actor, make_company: Make, make_department: Make
) -> None:
    await make_department(await make_company(), code="IT")
    first = await create(access, manager, name="One", code="IT")
    other = await make_department(company)

    assert first["errors"] == []
    assert refusals(await create(access, manager, name="Two", code="it")) == [("CONFLICT", ["code"])]
    assert refusals(await edit(access, manager, other, code="IT")) == [("CONFLICT", ["code"])]


async def test_a_department_of_another_company_is_no_parent_and_answered_like_none(
    access: RunningService, company: CompanyRow, manager: Actor, make_company: Make, make_department: Make
) -> None:
    mine, foreign = await make_department(company), await make_department(await make_company())
    both = user({"access.manage": [company.id, foreign.company_id]})
    events = len(await access.events())

    for actor in (manager, both):
        for wanted in (
            create(access, actor, name="New", parentId=str(foreign.id)),
            edit(access, actor, mine, parentId=str(foreign.id)),
        ):
            assert refusals(await wanted) == [("NOT_FOUND", ["parentId"])]
        assert refusals(await edit(access, actor, mine, parentId=str(uuid4()))) == [("NOT_FOUND", ["parentId"])]
    assert len(await access.events()) == events


async def test_a_stale_version_is_a_conflict_that_shows_the_department(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    department = await make_department(company, "Before")
    await edit(access, manager, department, name="Now")
    refused = await edit(access, manager, department, expectedVersion=1, name="Mine")
    assert refusals(refused) == [("CONFLICT", ["expectedVersion"])]
    assert (refused["department"]["name"], refused["department"]["version"]) == ("Now", 2)


async def test_the_tree_is_walked_downwards_and_listed_whole(
    access: RunningService, company: CompanyRow, manager: Actor, make_department: Make
) -> None:
    top = await make_department(company, "Top")
    for name in ("B", "A", "C"):
        await make_department(company, name, parent_id=top.id)
    retired = await make_department(company, "Retired", parent_id=top.id)
    await edit(access, manager, retired, active=False)
    query = """query ($top: ID!) {
      department(id: $top) {
        children(first: 2) { totalCount nodes { name } pageInfo { hasNextPage } }
        inUse: children(filter: {active: true}) { totalCount nodes { name children { totalCount } } }
      }
      company(code: "ACME") {
        departments { totalCount }
        found: departments(filter: {search: "reti"}) { nodes { name active parent { name } } }
      }
    }"""
    found = await access.data(query, manager, top=str(top.id))
    assert found["department"]["children"] == {
        "totalCount": 4,
        "nodes": [{"name": "A"}, {"name": "B"}],
        "pageInfo": {"hasNextPage": True},
    }
    assert [node["name"] for node in found["department"]["inUse"]["nodes"]] == ["A", "B", "C"]
    assert found["company"] == {
        "departments": {"totalCount": 5},
        "found": {"nodes": [{"name": "Retired", "active": False, "parent": {"name": "Top"}}]},
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": " "}, "name"), ({"name": "N", "code": "a b"}, "code"), ({"name": "N", "parentId": "x"}, "parentId")],
)
async def test_bad_input_is_refused_with_its_field(
    access: RunningService, company: CompanyRow, manager: Actor, given: dict[str, Any], field: str
) -> None:
    refused = await create(access, manager, **given)
    assert (refused["department"], refusals(refused)) == (None, [("INVALID", [field])])
    assert len(await access.events()) == 1
