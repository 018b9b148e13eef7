import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from services.access.persistence.rows import CompanyRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
EDIT = """mutation ($input: EditCompanyInput!) {
  editCompany(input: $input) {
    company { id name code country timeZone defaultLocale fiscalYearStartMonth active version }
    errors { code message field }
  }
}"""


async def edit(access: RunningService, actor: Actor, company: CompanyRow, **given: Any) -> Any:
    wanted = {"company": {"id": str(company.id)}, **given}
    return (await access.data(EDIT, actor, input=wanted))["editCompany"]


async def as_stored(access: RunningService, company: CompanyRow) -> dict[str, Any]:
    async with access.database.read(SYSTEM) as session:
        row = (await session.scalars(select(CompanyRow).where(CompanyRow.id == company.id))).one()
    return {column.key: getattr(row, column.key) for column in CompanyRow.__table__.columns}


async def test_who_manages_a_company_changes_everything_but_its_name_and_code(
    access: RunningService, make_company: Make
) -> None:
    company = await make_company("Acme", "ACME")
    manager = user({"access.manage": [company.id]})

    edited = await edit(
        access,
        manager,
        company,
        expectedVersion=1,
        country="KZ",
        timeZone="Asia/Almaty",
        defaultLocale="kk",
        fiscalYearStartMonth=4,
        active=False,
    )

    assert edited == {
        "company": {
            "id": str(company.id),
            "name": "Acme",
            "code": "ACME",
            "country": "KZ",
            "timeZone": "Asia/Almaty",
            "defaultLocale": "kk",
            "fiscalYearStartMonth": 4,
            "active": False,
            "version": 2,
        },
        "errors": [],
    }
    event = (await access.events())[-1]
    assert (event.type, event.sequence, event.data["version"]) == ("company.changed.v1", 2, 2)


async def test_a_company_is_named_by_its_code_too(access: RunningService, make_company: Make) -> None:
    company = await make_company("Acme", "ACME")
    wanted = {"company": {"code": "ACME"}, "country": "DE"}
    edited = await access.data(EDIT, user({"access.manage": [company.id]}), input=wanted)
    assert edited["editCompany"]["company"]["country"] == "DE"


async def test_null_takes_the_country_away_and_leaves_the_rest(
    access: RunningService, administrator: Actor, make_company: Make
) -> None:
    company = await make_company("Acme")
    await edit(access, administrator, company, country="DE")
    edited = await edit(access, administrator, company, country=None, timeZone=None, active=None, name=None)
    assert edited["company"] | {"id": ""} == {
        "id": "",
        "name": "Acme",
        "code": "ACME",
        "country": None,
        "timeZone": "UTC",
        "defaultLocale": "en",
        "fiscalYearStartMonth": 1,
        "active": True,
        "version": 3,
    }


async def test_only_who_manages_every_company_names_one_anew(access: RunningService, make_company: Make) -> None:
    company, other = await make_company("Acme"), await make_company("Other")
    managers = user({"access.manage": [company.id, other.id]}), user({"access.manage": EVERY_COMPANY})
    before = await as_stored(access, company)

    for name in ("Acme Two", "Other"):  # free or taken: the answer is the same
        refused = await edit(access, managers[0], company, name=name)
        assert [(error["code"], error["field"]) for error in refused["errors"]] == [("DENIED", ["name"])]
    assert await as_stored(access, company) == before
    assert (await edit(access, managers[0], company, name="Acme"))["errors"] == []
    assert (await edit(access, managers[1], company, name="Acme Two"))["company"]["name"] == "Acme Two"
    refused = await edit(access, managers[1], company, name="Other")
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("CONFLICT", ["name"])]


async def test_of_two_that_take_a_name_at_the_same_moment_one_is_a_conflict(
    access: RunningService, administrator: Actor, make_company: Make
) -> None:
    companies = [await make_company() for _ in range(2)]
    made = await asyncio.gather(*(edit(access, administrator, each, name="Acme") for each in companies))
    assert sorted(each["errors"][0]["code"] if each["errors"] else "" for each in made) == ["", "CONFLICT"]


async def test_a_stale_version_is_a_conflict_that_shows_the_company(
    access: RunningService, administrator: Actor, make_company: Make
) -> None:
    company = await make_company()
    await edit(access, administrator, company, country="DE")
    events = len(await access.events())

    refused = await edit(access, administrator, company, expectedVersion=1, country="KZ")

    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("CONFLICT", ["expectedVersion"])]
    assert (refused["company"]["country"], refused["company"]["version"]) == ("DE", 2)
    assert len(await access.events()) == events


async def test_an_edit_that_changes_nothing_writes_nothing(
    access: RunningService, administrator: Actor, make_company: Make
) -> None:
    company = await make_company()
    same = await edit(access, administrator, company, name=company.name, timeZone="UTC", active=True)
    assert (same["company"]["version"], same["errors"]) == (1, [])
    assert len(await access.events()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Ac\u202eme"}, "name"),
        ({"country": "XX"}, "country"),
        ({"timeZone": "Almaty"}, "timeZone"),
        ({"defaultLocale": "Kazakh"}, "defaultLocale"),
        ({"fiscalYearStartMonth": 13}, "fiscalYearStartMonth"),
    ],
)
async def test_bad_input_is_refused_with_its_field(
    access: RunningService, administrator: Actor, make_company: Make, given: dict[str, Any], field: str
) -> None:
    company = await make_company()
    refused = await edit(access, administrator, company, **({"country": "DE"} | given))
    assert refused["company"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", [field])]
    assert len(await access.events()) == 1


async def test_a_foreign_company_is_answered_like_an_absent_one_and_stays(
    access: RunningService, make_company: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    before, manager = await as_stored(access, foreign), user({"access.manage": [mine.id]})

    answers = []
    for id in (foreign.id, uuid4()):
        wanted = {"company": {"id": str(id)}, "active": False, "expectedVersion": 7}
        answers.append(await access.graph(EDIT, manager, input=wanted))

    assert answers[0] == answers[1]
    assert answers[0]["data"]["editCompany"]["errors"][0]["code"] == "NOT_FOUND"
    assert await as_stored(access, foreign) == before
    assert len(await access.events()) == 2


async def test_who_sees_a_company_but_does_not_manage_it_changes_nothing(
    access: RunningService, make_company: Make
) -> None:
    company = await make_company()
    refused = await edit(access, user({"incident.edit": [company.id]}), company, active=False)
    assert (refused["company"], refused["errors"][0]["code"]) == (None, "DENIED")
    assert len(await access.events()) == 1


async def test_going_out_of_use_and_coming_back_is_in_the_history(
    access: RunningService, administrator: Actor, make_company: Make
) -> None:
    company = await make_company()
    for given in ({"active": False}, {"active": True}, {"active": False, "country": "DE"}):
        await edit(access, administrator, company, **given)
    query = "{ accessChanges { nodes { operation changes { field before after } } } }"
    told = (await access.data(query, administrator))["accessChanges"]["nodes"]
    assert [entry["operation"] for entry in told] == ["EDITED", "REACTIVATED", "DEACTIVATED", "CREATED"]
    assert told[2]["changes"] == [{"field": "active", "before": "true", "after": "false"}]
