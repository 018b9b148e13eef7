from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import CursorResult, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.access.persistence.rows import (
    CompanyRow,
    DepartmentRow,
    GroupCompanyRow,
    GroupRow,
    SiteRow,
    TeamMemberRow,
    TeamRow,
    UserDepartmentRow,
)
from tests.support.services import RunningService, user

Make = Callable[..., Awaitable[Any]]


async def seen(access: RunningService, actor: Actor, row: type[Any]) -> int:
    """How many rows a query without any condition of its own finds."""
    async with access.database.read(actor) as session:
        return await session.scalar(select(func.count(row.id))) or 0


async def attempt(access: RunningService, actor: Actor, statement: Any) -> int:
    """How many rows it changed."""
    async with access.database.work(actor) as work:
        result = await work.session.execute(statement)
        assert isinstance(result, CursorResult)
        return result.rowcount


async def test_companies_and_groups_out_of_sight_are_not_there_for_any_query(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    await make_group(["incident.view"], [mine, foreign])
    await make_group(["incident.view"], [foreign])
    await make_group(["incident.view"], [])
    for held, companies, groups in (
        ({}, 0, 0),
        ({"metrics.read": [mine.id]}, 1, 2),
        ({"metrics.read": [foreign.id]}, 1, 3),
        ({"metrics.read": EVERY_COMPANY}, 2, 3),
    ):
        actor = user(held)
        assert (await seen(access, actor, CompanyRow), await seen(access, actor, GroupRow)) == (companies, groups)


async def test_a_transaction_that_was_told_nothing_sees_nothing(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    await make_group(["incident.view"], [await make_company()])
    await make_group(["incident.view"], [])
    async with access.database.engine.connect() as connection:
        for table in ("company", "access_group"):
            assert await connection.scalar(text(f"select count(*) from {table}")) == 0  # noqa: S608  # names above


async def test_only_managers_of_every_company_write_companies(access: RunningService, make_company: Make) -> None:
    company = await make_company()
    values = {"id": uuid7(), "name": "New", "code": "NEW", "time_zone": "UTC", "default_locale": "en"}
    new = insert(CompanyRow).values(values | {"active": True, "version": 1})
    for held in ({"incident.view": EVERY_COMPANY}, {"access.manage": [company.id]}):
        with pytest.raises(DBAPIError, match="row-level security"):
            await attempt(access, user(held), new)
    assert await attempt(access, user({"incident.view": EVERY_COMPANY}), update(CompanyRow).values(name="Mine")) == 0
    assert await attempt(access, user({"access.manage": EVERY_COMPANY}), new) == 1


async def test_groups_are_written_within_the_companies_one_manages(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    both, everywhere = await make_group(["incident.view"], [mine]), await make_group(["incident.view"], [])
    actor = user({"access.manage": [mine.id], "incident.view": [foreign.id]})
    with pytest.raises(DBAPIError, match="row-level security"):
        await attempt(access, actor, insert(GroupCompanyRow).values(group_id=both.id, company_id=foreign.id))
    rename = update(GroupRow).values(name="Ours")
    assert await attempt(access, actor, rename.where(GroupRow.id == everywhere.id)) == 0
    assert await attempt(access, actor, rename.where(GroupRow.id == both.id)) == 1
    with pytest.raises(DBAPIError, match="row-level security"):
        await attempt(access, actor, update(GroupRow).where(GroupRow.id == both.id).values(every_company=True))
    assert await attempt(access, user({"access.manage": [foreign.id]}), delete(GroupCompanyRow)) == 0
    assert await attempt(access, actor, delete(GroupCompanyRow)) == 1


UNITS = (DepartmentRow, SiteRow, TeamRow)


@pytest.fixture
async def units(make_company: Make, make_user: Make, make_group: Make, request: pytest.FixtureRequest) -> CompanyRow:
    """A company with one of each, a member and somebody in the department."""
    company: CompanyRow = await make_company()
    ada = await make_user("Ada")
    await make_group(["incident.view"], [company], [ada])
    department = await request.getfixturevalue("make_department")(company)
    await request.getfixturevalue("make_site")(company)
    await request.getfixturevalue("make_team")(company, members=[ada])
    access = request.getfixturevalue("access")
    place = insert(UserDepartmentRow).values(user_id=ada.id, company_id=company.id, department_id=department.id)
    assert await attempt(access, user({"access.manage": [company.id]}), place) == 1
    return company


async def seen_units(access: RunningService, actor: Actor, through: tuple[str, ...]) -> list[int]:
    async with access.database.read(actor, through=through) as session:
        tables = (*UNITS, TeamMemberRow, UserDepartmentRow)
        return [await session.scalar(select(func.count()).select_from(row)) or 0 for row in tables]


async def test_what_a_company_consists_of_is_behind_a_wall_of_its_own(
    access: RunningService, make_company: Make, units: CompanyRow
) -> None:
    other, own = await make_company(), ("view", "units")
    for right in ("incident.view", "incident.add", "metrics.read", "access.manage"):
        assert await seen_units(access, user({right: [units.id]}), own) == [1] * 5
        assert await seen_units(access, user({right: EVERY_COMPANY}), own) == [1] * 5
        assert await seen_units(access, user({right: [other.id]}), own) == [0] * 5
        assert await seen_units(access, user({right: [units.id]}), ("view",)) == [0] * 5
    assert await seen_units(access, user({"audit.read": [units.id], "webhook.manage": EVERY_COMPANY}), own) == [0] * 5


async def test_only_managers_of_a_company_write_what_it_consists_of(
    access: RunningService, make_company: Make, units: CompanyRow
) -> None:
    other = await make_company()
    manager, reader = user({"access.manage": [units.id]}), user({"incident.view": EVERY_COMPANY})
    stranger = user({"access.manage": [other.id], "incident.view": [units.id]})
    for row in UNITS:
        values = {"id": uuid7(), "company_id": units.id, "name": "New", "active": True, "version": 1}
        for actor in (reader, stranger):
            with pytest.raises(DBAPIError, match="row-level security"):
                await attempt(access, actor, insert(row).values(values))
            assert await attempt(access, actor, update(row).values(name="Mine")) == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            await attempt(access, manager, insert(row).values(values | {"company_id": other.id}))
        assert await attempt(access, manager, update(row).values(name="Mine")) == 1
    for link in (TeamMemberRow, UserDepartmentRow):
        assert await attempt(access, reader, delete(link)) == 0
        assert await attempt(access, stranger, delete(link)) == 0
        assert await attempt(access, manager, delete(link)) == 1
