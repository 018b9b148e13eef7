from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import CursorResult, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.access.persistence.rows import CompanyRow, GroupCompanyRow, GroupRow
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
