import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from chassis.database import Cause
from chassis.identifiers import uuid7
from services.access.persistence.history import History, HistoryFilter
from services.access.persistence.rows import AccessChangeCountRow, AccessChangeRow, CompanyRow
from services.access.usecases.create_company import CreateCompany, create_company
from tests.support.services import SYSTEM, RunningService, user

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
Make = Callable[..., Awaitable[Any]]
CHANGES = """query ($filter: AccessChangeFilter, $first: Int! = 50, $after: String) {
  accessChanges(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      subjectKind subjectId subjectName operation everyCompany companyIds actor { name } requestId
      changes { field before after }
    }
  }
}"""
EDIT = "mutation ($input: EditGroupInput!) { editGroup(input: $input) { errors { code } } }"


async def changes(access: RunningService, reader: Actor, first: int = 50, **filter: Any) -> list[Any]:
    """The newest of those that `reader` is told of, and that they are counted right."""
    found = (await access.data(CHANGES, reader, filter=filter, first=first))["accessChanges"]
    assert found["totalCount"] == len(found["nodes"]) or found["pageInfo"]["hasNextPage"]
    nodes: list[Any] = found["nodes"]
    return nodes


def told(entry: Any) -> dict[str, tuple[Any, Any]]:
    return {change["field"]: (change["before"], change["after"]) for change in entry["changes"]}


def auditor(*companies: CompanyRow) -> Actor:
    return user({"audit.read": [company.id for company in companies] if companies else EVERY_COMPANY})


async def stored(access: RunningService) -> int:
    async with access.database.read(SYSTEM, through=("audit",)) as session:
        return await session.scalar(select(func.count(AccessChangeRow.id))) or 0


async def test_a_new_company_is_told_with_who_made_it_and_by_which_request(
    access: RunningService, make_user: Make
) -> None:
    ada = await make_user("Ada")
    actor = user({"access.manage": EVERY_COMPANY}, id=ada.id)
    async with access.database.work(actor, Cause(request_id="4f1a")) as work:
        company = await create_company(CreateCompany(name="Acme", country="KZ"), work)

    (entry,) = await changes(access, auditor(company))

    assert entry | {"changes": []} == {
        "subjectKind": "COMPANY",
        "subjectId": str(company.id),
        "subjectName": "Acme",
        "operation": "CREATED",
        "everyCompany": False,
        "companyIds": [str(company.id)],
        "actor": {"name": "Ada"},
        "requestId": "4f1a",
        "changes": [],
    }
    assert told(entry) == {
        "name": (None, "Acme"),
        "code": (None, "ACME"),
        "country": (None, "KZ"),
        "timeZone": (None, "UTC"),
        "defaultLocale": (None, "en"),
        "fiscalYearStartMonth": (None, "1"),
        "active": (None, "true"),
    }


async def test_a_new_user_is_told_without_the_password_to_readers_of_every_company(
    access: RunningService, make_company: Make, make_user: Make, password_hash: str
) -> None:
    company = await make_company()
    ada = await make_user("Ada", "ada@example.org", password_hash)

    (entry,) = await changes(access, auditor(), subjectKinds=["USER"])

    assert (entry["subjectId"], entry["actor"], entry["companyIds"]) == (str(ada.id), None, [])
    assert told(entry) == {
        "email": (None, "ada@example.org"),
        "name": (None, "Ada"),
        "kind": (None, "user"),
        "locale": (None, "en"),
    }
    assert await changes(access, auditor(company), subjectKinds=["USER"]) == []


async def test_what_happens_to_a_group_is_told_by_its_differences(
    access: RunningService, administrator: Actor, make_company: Make, make_user: Make, make_group: Make
) -> None:
    one, ada, bob = await make_company(), await make_user("Ada"), await make_user("Bob")
    group = await make_group(["incident.view", "incident.add"], [one], [ada])
    edit = {"id": str(group.id), "name": "Crew", "removeMembers": [str(ada.id)], "addMembers": [str(bob.id)]}
    edit |= {"removePermissions": ["incident.add"]}
    await access.data(EDIT, administrator, input=edit)
    await access.data(EDIT, administrator, input=edit)  # changes nothing any more

    edited, created = await changes(access, auditor(one), subjectIds=[str(group.id)])

    assert (edited["operation"], created["operation"]) == ("EDITED", "CREATED")
    assert (edited["subjectName"], created["subjectName"]) == ("Crew", group.name)
    assert told(edited) == {
        "name": (group.name, "Crew"),
        "permissions": ('["incident.add"]', "[]"),
        "members": (f'["{ada.id}"]', f'["{bob.id}"]'),
    }
    assert told(created)["members"] == (None, f'["{ada.id}"]')


async def test_keys_are_told_without_their_secrets(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company, ada = await make_company(), await make_user("Ada")
    await make_group(["incident.view"], [company], [ada])
    actor = user({"incident.view": [company.id]}, id=ada.id)
    create = 'mutation { createApiKey(input: {name: "Nightly export"}) { apiKey { id } secret } }'
    made = (await access.data(create, actor))["createApiKey"]
    revoke = "mutation ($id: ID!) { revokeApiKey(input: {id: $id}) { errors { code } } }"
    for _ in range(2):
        await access.data(revoke, actor, id=made["apiKey"]["id"])

    revoked, created = await changes(access, auditor(company), subjectKinds=["API_KEY"])

    assert [entry["operation"] for entry in (revoked, created)] == ["REVOKED", "CREATED"]
    assert told(created) == {"name": (None, "Nightly export"), "user": (None, str(ada.id))}
    assert told(revoked) == {}
    async with access.database.read(SYSTEM, through=("audit",)) as session:
        everything = str((await session.execute(select(AccessChangeRow.changes))).all())
    assert made["secret"] not in everything


async def test_a_refused_change_is_not_in_the_history(
    access: RunningService, administrator: Actor, make_company: Make, make_group: Make
) -> None:
    group = await make_group(["incident.view"], [await make_company()])
    before = await stored(access)

    refused = await access.data(
        EDIT, administrator, input={"id": str(group.id), "name": "Crew", "addPermissions": ["no.such"]}
    )

    assert refused["editGroup"]["errors"] == [{"code": "INVALID"}]
    assert await stored(access) == before


async def test_a_reader_is_told_what_concerns_their_companies_and_no_name_of_another(
    access: RunningService, administrator: Actor, make_company: Make, make_group: Make
) -> None:
    mine, foreign = await make_company("Mine"), await make_company("Foreign")
    group = await make_group(["incident.view"], [mine])
    await make_group(["incident.view"], [foreign])
    for edit in ({"addCompanies": [{"id": str(foreign.id)}]}, {"name": "Crew"}):
        await access.data(EDIT, administrator, input={"id": str(group.id), **edit})

    here = await changes(access, auditor(mine), subjectKinds=["GROUP"])
    there = await changes(access, auditor(foreign), subjectIds=[str(group.id)])

    assert told(here[0]) == {"name": (group.name, "Crew")}
    assert [entry["operation"] for entry in here] == ["EDITED", "CREATED"]
    assert {str(each) for entry in here for each in entry["companyIds"]} == {str(mine.id)}
    assert str(foreign.id) not in str(here)
    assert [told(entry) for entry in there] == [
        {"name": (group.name, "Crew")},
        {"companies": ("[]", f'["{foreign.id}"]')},
    ]
    assert str(mine.id) not in str(there)
    assert await changes(access, auditor(mine), subjectIds=[str(foreign.id)]) == []


async def test_what_concerns_every_company_is_told_to_readers_of_any(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    company = await make_company()
    group = await make_group(["incident.view"], [])

    for companies in ([company], []):
        (entry,) = await changes(access, auditor(*companies), subjectKinds=["GROUP"])
        assert (entry["subjectId"], entry["everyCompany"], entry["companyIds"]) == (str(group.id), True, [])
    (named,) = await changes(access, auditor(company), companyIds=[str(company.id)], subjectKinds=["GROUP"])
    assert named["subjectId"] == str(group.id)


async def test_who_may_not_read_histories_is_told_nothing(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    company = await make_company()
    await make_group(["incident.view"], [])
    held = {"access.manage": [company.id], "incident.view": EVERY_COMPANY}
    assert await changes(access, user(held)) == []
    assert await changes(access, user()) == []


async def test_the_history_is_filtered_by_all_given_conditions(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    ada = await make_user("Ada")
    async with access.database.work(user({"access.manage": EVERY_COMPANY}, id=ada.id)) as work:
        acme = await create_company(CreateCompany(name="Acme"), work)
    other = await make_company("Other")
    await make_group(["incident.view"], [other])
    reader, now = auditor(), datetime.now(UTC)

    async def names(**filter: Any) -> list[str]:
        return [entry["subjectName"] for entry in await changes(access, reader, **filter)]

    assert await names(actorIds=[str(ada.id)]) == ["Acme"]
    assert await names(companyIds=[str(acme.id)]) == ["Acme"]
    assert await names(companyIds=[str(other.id)], subjectKinds=["COMPANY"]) == ["Other"]
    assert await names(subjectIds=[str(acme.id), str(other.id)]) == ["Other", "Acme"]
    assert await names(subjectIds=[]) == []
    assert await names(companyIds=[]) == []
    assert await names(**{"from": (now + timedelta(hours=1)).isoformat()}) == []
    assert len(await names(**{"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()})) == 4
    assert await names(to=(now - timedelta(hours=1)).isoformat()) == []


async def test_pages_follow_one_another_newest_first_with_one_statement_each(
    access: RunningService, make_company: Make
) -> None:
    made = [(await make_company()).name for _ in range(5)]
    query = CHANGES.replace("totalCount", "")
    seen, after = [], None
    for _ in range(3):
        with access.statements() as statements:
            page = (await access.data(query, auditor(), first=2, after=after))["accessChanges"]
        assert len(statements) == 1
        seen.append([node["subjectName"] for node in page["nodes"]])
        after = page["pageInfo"]["endCursor"]
    newest = made[::-1]
    assert seen == [newest[:2], newest[2:4], newest[4:]]
    assert page["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize("bad", [{"first": 101}, {"after": "nonsense"}, {"filter": {"actorIds": ["no id"]}}])
async def test_a_bad_page_or_id_is_refused(access: RunningService, bad: dict[str, Any]) -> None:
    answer = await access.graph(CHANGES, auditor(), **bad)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_many_actors_are_named_with_one_statement(access: RunningService, make_user: Make) -> None:
    for n in range(5):
        actor = user({"access.manage": EVERY_COMPANY}, id=(await make_user(f"User {n}")).id)
        async with access.database.work(actor) as work:
            await create_company(CreateCompany(name=f"Company {n}"), work)
    with access.statements() as statements:
        entries = await changes(access, auditor(), subjectKinds=["COMPANY"])
    assert {entry["actor"]["name"] for entry in entries} == {f"User {n}" for n in range(5)}
    assert len(statements) == 3  # the page, the count, the users


async def test_entries_out_of_sight_are_not_there_for_any_query(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    await make_group(["incident.view"], [mine, foreign])
    await make_group(["incident.view"], [])
    await make_user()
    for actor, number in (
        (user(), 0),
        (user({"access.manage": EVERY_COMPANY}), 0),
        (auditor(mine), 3),
        (auditor(mine, foreign), 4),
        (auditor(), 5),
    ):
        async with access.database.read(actor, through=("audit",)) as session:
            assert await session.scalar(select(func.count(AccessChangeRow.id))) == number
        async with access.database.read(actor) as session:  # the wall is not open unless it was asked for
            assert await session.scalar(select(func.count(AccessChangeRow.id))) == 0


async def test_a_transaction_that_was_told_nothing_sees_and_writes_nothing(
    access: RunningService, make_company: Make
) -> None:
    company = await make_company()
    async with access.database.engine.begin() as connection:
        assert await connection.scalar(text("select count(*) from access_change")) == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(insert(AccessChangeRow).values(entry(company_ids=[company.id])))


async def test_nobody_writes_the_history_of_companies_out_of_reach(access: RunningService, make_company: Make) -> None:
    mine, foreign = await make_company(), await make_company()
    actor = user({"incident.view": [mine.id], "audit.read": [mine.id]})
    for values in (entry(company_ids=[foreign.id]), entry(every_company=True)):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with access.database.work(actor) as work:
                await work.session.execute(insert(AccessChangeRow).values(values))
    assert await stored(access) == 2


async def test_nobody_changes_the_history(access: RunningService, make_company: Make) -> None:
    await make_company()
    for statement in (update(AccessChangeRow).values(operation="EDITED"), delete(AccessChangeRow)):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with access.database.work(SYSTEM) as work:
                await work.session.execute(statement)


async def test_the_numbers_that_are_kept_are_those_of_the_entries(access: RunningService, make_company: Make) -> None:
    """Counted without looking at the entries, and by looking at them, for readers of many scopes."""
    draw = random.Random(3)  # noqa: S311  # drawn for a test
    companies = [(await make_company()).id for _ in range(4)]
    kinds: list[dict[str, Any]] = [{"company_ids": sorted(draw.sample(companies, number))} for number in range(5)]
    kinds.append({"every_company": True})

    async def write() -> None:
        concerned = draw.choices(kinds, k=5)
        async with access.database.work(SYSTEM) as work:
            for each in concerned:
                await work.session.execute(insert(AccessChangeRow).values(entry(**each)))

    await asyncio.gather(*(write() for _ in range(8)))  # the same sets in whatever order, and nobody waits in a circle
    readers = [user({"audit.read": draw.sample(companies, number)}) for number in (0, 1, 1, 2, 3, 4)]
    for reader in (*readers, auditor()):
        for wanted in (None, [], companies[:1], companies[1:]):
            async with access.database.read(reader, through=("audit",)) as session:
                history = History(session, reader)
                kept = await history.count(HistoryFilter(company_ids=wanted))
                assert kept == await history.count(HistoryFilter(company_ids=wanted, since=LONG_AGO))
                assert kept == len(await history.page(HistoryFilter(company_ids=wanted), 100, None))


async def test_a_count_of_whole_companies_looks_at_no_entry(access: RunningService, make_company: Make) -> None:
    company = await make_company()
    with access.statements() as seen:
        await access.data("{ accessChanges { totalCount } }", auditor(company))
    assert [("access_change_count" in each, "subject_name" in each) for each in seen] == [(False, True), (True, False)]


async def test_numbers_are_for_who_sees_the_entries_and_nobody_writes_them(
    access: RunningService, make_company: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    async with access.database.work(SYSTEM) as work:
        for ids, everywhere in ((sorted([mine.id, foreign.id]), False), ([], False), ([], True)):
            values = entry(company_ids=ids, every_company=everywhere)
            await work.session.execute(insert(AccessChangeRow).values(values))

    number = select(func.sum(AccessChangeCountRow.number))
    for reader, seen in ((user(), None), (auditor(mine), 3), (auditor(mine, foreign), 4), (auditor(), 5)):
        async with access.database.read(reader, through=("audit",)) as session:
            assert await session.scalar(number) == seen
        async with access.database.work(reader) as work:
            await work.session.execute(update(AccessChangeCountRow).values(number=0))
    async with access.database.read(auditor(), through=("audit",)) as session:
        assert await session.scalar(number) == 5
    with pytest.raises(DBAPIError, match="row-level security"):
        async with access.database.work(auditor()) as work:
            work.session.add(AccessChangeCountRow(id=uuid7(), every_company=True, company_ids=[], number=5))


def entry(**given: Any) -> dict[str, Any]:
    plain = {"id": uuid7(), "subject_kind": "USER", "subject_id": uuid7(), "subject_name": "Ada", "changes": {}}
    who = {"actor_kind": "user", "actor_id": uuid7(), "operation": "EDITED"}
    return plain | who | {"every_company": False, "company_ids": []} | given
