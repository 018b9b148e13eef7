import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.access.persistence.rows import CompanyRow, GroupMemberRow, UserRow
from services.access.usecases import telling
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
FIELDS = """id name permissions everyCompany showsModuleLink version
  companies { nodes { name } totalCount } members { nodes { name } totalCount }"""
SHOWN = f"group {{ {FIELDS} }} errors {{ code message field }}"
CREATE = f"mutation ($input: CreateGroupInput!) {{ change: createGroup(input: $input) {{ {SHOWN} }} }}"
EDIT = f"mutation ($input: EditGroupInput!) {{ change: editGroup(input: $input) {{ {SHOWN} }} }}"


async def create(access: RunningService, actor: Actor, **given: Any) -> Any:
    defaults = {"name": "Officers", "permissions": ["incident.view"]}
    return (await access.data(CREATE, actor, input=defaults | given))["change"]


async def edit(access: RunningService, actor: Actor, group: Any, **given: Any) -> Any:
    return (await access.data(EDIT, actor, input={"id": str(group.id), **given}))["change"]


async def stored(access: RunningService) -> tuple[Any, ...]:
    """Everything that a refused change must leave alone."""
    async with access.database.read(SYSTEM) as session:
        members = (await session.execute(select(GroupMemberRow.group_id, GroupMemberRow.user_id))).all()
        versions = (await session.execute(select(UserRow.id, UserRow.version).order_by(UserRow.id))).all()
    groups = await access.data(f"{{ groups {{ nodes {{ {FIELDS} }} }} }}", MANAGER)
    return sorted(members), versions, groups, len(await access.events())


MANAGER = user({"access.manage": EVERY_COMPANY, "incident.view": EVERY_COMPANY, "incident.add": EVERY_COMPANY})


def references(companies: Iterable[CompanyRow]) -> list[dict[str, str]]:
    return [{"code": company.code} for company in companies]


def refusal(answer: Any) -> tuple[str, list[str]]:
    (error,) = answer["errors"]
    assert (answer["group"] is not None) == (error["field"] == ["expectedVersion"])  # then as it is now
    return error["code"], error["field"]


async def versions(access: RunningService) -> dict[str, int]:
    async with access.database.read(SYSTEM) as session:
        return {row.name: row.version for row in await session.scalars(select(UserRow))}


async def test_a_group_gives_its_members_its_permissions_in_its_companies(
    access: RunningService, make_company: Make, make_user: Make
) -> None:
    one, two, ada = await make_company("One"), await make_company("Two"), await make_user("Ada")
    made = await create(
        access,
        MANAGER,
        permissions=["incident.view", "incident.add", "incident.view"],
        companies=[{"id": str(one.id)}, {"code": two.code}],
        members=[str(ada.id)],
    )
    assert made["errors"] == []
    assert made["group"] | {"id": ""} == {
        "id": "",
        "name": "Officers",
        "permissions": ["incident.add", "incident.view"],
        "everyCompany": False,
        "showsModuleLink": True,
        "version": 1,
        "companies": {"nodes": [{"name": "One"}, {"name": "Two"}], "totalCount": 2},
        "members": {"nodes": [{"name": "Ada"}], "totalCount": 1},
    }


async def test_creation_tells_whose_rights_changed(access: RunningService, make_company: Make, make_user: Make) -> None:
    company, ada = await make_company(), await make_user("Ada")
    before = len(await access.events())
    made = await create(access, MANAGER, companies=references([company]), members=[str(ada.id)])
    fresh = (await access.events())[before:]
    assert [(e.type, e.sequence, str(e.subject)) for e in fresh] == [
        ("users.changed.v1", 1, made["group"]["id"]),
        ("grants.changed.v1", 2, made["group"]["id"]),
    ]
    assert all(event.data == {"user_ids": [str(ada.id)]} for event in fresh)
    assert await versions(access) == {"Ada": 2}


async def test_many_members_are_told_in_portions(
    access: RunningService, make_user: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_IDS", 2)
    members = [str((await make_user()).id) for _ in range(5)]
    before = len(await access.events())
    await create(access, MANAGER, everyCompany=True, members=members)
    fresh = (await access.events())[before:]
    assert [len(event.data["user_ids"]) for event in fresh] == [2, 2, 2, 2, 1, 1]
    assert [event.sequence for event in fresh] == [1, 2, 3, 4, 5, 6]
    assert [each for event in fresh[::2] for each in event.data["user_ids"]] == sorted(members)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"permissions": ["incident.fly"]}, ("INVALID", ["permissions"])),
        ({"name": " "}, ("INVALID", ["name"])),
        ({"companies": []}, ("INVALID", ["companies"])),
        ({"everyCompany": True}, ("INVALID", ["companies"])),
        ({"companies": [{"code": "NONE"}]}, ("NOT_FOUND", ["companies"])),
        ({"companies": [{"id": str(uuid4()), "code": "BOTH"}]}, ("INVALID", ["companies"])),
        ({"members": [str(uuid4())]}, ("NOT_FOUND", ["members"])),
        ({"members": ["no id"]}, ("INVALID", ["members"])),
        ({"name": "Group 1"}, ("CONFLICT", ["name"])),
        ({"permissions": ["incident.delete"]}, ("DENIED", ["permissions"])),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_stored(
    access: RunningService,
    make_company: Make,
    make_user: Make,
    make_group: Make,
    given: dict[str, Any],
    expected: tuple[str, list[str]],
) -> None:
    company = await make_company()
    await make_group(["incident.view"], [company], [await make_user()])
    before = await stored(access)
    assert refusal(await create(access, MANAGER, **({"companies": references([company])} | given))) == expected
    assert await stored(access) == before


async def test_an_administrator_of_some_companies_grants_within_them(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, seen, foreign = await make_company("Mine"), await make_company("Seen"), await make_company("Foreign")
    colleague, stranger = await make_user("Colleague"), await make_user("Stranger")
    await make_group(["metrics.read"], [mine], [colleague])
    await make_group(["metrics.read"], [foreign], [stranger])
    actor = user({"access.manage": [mine.id], "incident.view": [mine.id, seen.id]})
    before = await stored(access)
    attempts: dict[str, dict[str, Any]] = {
        "a seen company": {"companies": references([mine, seen])},
        "a foreign company": {"companies": references([mine, foreign])},
        "an absent company": {"companies": [{"code": "NONE"}]},
        "every company": {"everyCompany": True},
        "a permission not held": {"companies": references([mine]), "permissions": ["incident.delete"]},
        "a stranger": {"companies": references([mine]), "members": [str(stranger.id)]},
        "nobody": {"companies": references([mine]), "members": [str(uuid7())]},
    }
    refused = {name: await create(access, actor, **given) for name, given in attempts.items()}
    assert {name: refusal(answer)[0] for name, answer in refused.items()} == {
        "a seen company": "DENIED",
        "a foreign company": "NOT_FOUND",
        "an absent company": "NOT_FOUND",
        "every company": "DENIED",
        "a permission not held": "DENIED",
        "a stranger": "NOT_FOUND",
        "nobody": "NOT_FOUND",
    }
    assert refused["a foreign company"] == refused["an absent company"]
    assert refused["a stranger"] == refused["nobody"]
    assert await stored(access) == before
    made = await create(access, actor, companies=references([mine]), members=[str(colleague.id)])
    assert made["group"]["members"]["nodes"] == [{"name": "Colleague"}]


async def test_without_the_right_to_manage_there_are_no_groups(access: RunningService, make_group: Make) -> None:
    group = await make_group(["incident.view"])
    before = await stored(access)
    for actor in (user(), user({"incident.view": EVERY_COMPANY})):
        assert refusal(await create(access, actor, everyCompany=True))[0] == "DENIED"
        assert refusal(await edit(access, actor, group, name="Mine"))[0] == "NOT_FOUND"
        listed = await access.data("{ groups { nodes { id } totalCount } }", actor)
        assert listed["groups"] == {"nodes": [], "totalCount": 0}
    assert await stored(access) == before


async def test_editing_adds_and_removes(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    one, two = await make_company("One"), await make_company("Two")
    ada, bob = await make_user("Ada"), await make_user("Bob")
    group = await make_group(["incident.view"], [one], [ada])
    changed = await edit(
        access,
        MANAGER,
        group,
        expectedVersion=1,
        name="Readers",
        showsModuleLink=False,
        addPermissions=["incident.add"],
        removePermissions=["incident.view"],
        addCompanies=references([two]),
        removeCompanies=references([one]),
        addMembers=[str(bob.id)],
        removeMembers=[str(ada.id)],
    )
    assert changed["group"] == {
        "id": str(group.id),
        "name": "Readers",
        "permissions": ["incident.add"],
        "everyCompany": False,
        "showsModuleLink": False,
        "version": 2,
        "companies": {"nodes": [{"name": "Two"}], "totalCount": 1},
        "members": {"nodes": [{"name": "Bob"}], "totalCount": 1},
    }


async def test_only_those_are_told_whose_rights_changed(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company = await make_company()
    ada, bob = await make_user("Ada"), await make_user("Bob")
    group = await make_group(["incident.view"], [company], [ada])
    seen = []
    for change in (
        {"name": "Readers"},
        {"addMembers": [str(ada.id)], "removePermissions": ["incident.add"]},
        {"addMembers": [str(bob.id)]},
        {"addPermissions": ["incident.add"]},
    ):
        before = len(await access.events())
        await edit(access, MANAGER, group, **change)
        seen.append([event.data["user_ids"] for event in (await access.events())[before:]])
    both = sorted([str(ada.id), str(bob.id)])
    assert seen == [[], [], [[str(bob.id)], [str(bob.id)]], [both, both]]
    assert await versions(access) == {"Ada": 3, "Bob": 3}
    sequences = [event.sequence for event in await access.events() if event.subject == group.id]
    assert sequences == [1, 2, 3, 4, 5, 6]


async def test_what_a_member_would_gain_the_giver_must_hold(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, also_mine = await make_company(), await make_company()
    colleague = await make_user()
    await make_group(["metrics.read"], [mine], [colleague])
    group = await make_group(["incident.view", "incident.delete"], [mine])
    actor = user({"access.manage": [mine.id, also_mine.id], "incident.view": [mine.id], "incident.add": [mine.id]})
    before = await stored(access)
    for change in (
        {"addMembers": [str(colleague.id)]},
        {"addCompanies": references([also_mine])},
        {"addPermissions": ["incident.export"]},
    ):
        assert refusal(await edit(access, actor, group, **change)) == ("DENIED", ["permissions"])
    assert await stored(access) == before
    changed = await edit(access, actor, group, removePermissions=["incident.delete"], addPermissions=["incident.add"])
    assert changed["group"]["permissions"] == ["incident.add", "incident.view"]
    changed = await edit(access, actor, group, addMembers=[str(colleague.id)])
    assert changed["group"]["members"]["totalCount"] == 1


async def test_a_group_that_reaches_further_than_its_reader_is_shown_in_part_and_not_changed(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, foreign = await make_company("Mine"), await make_company("Foreign")
    group = await make_group(["incident.view"], [mine, foreign], [await make_user("Ada")])
    hidden = [await make_group(["incident.view"], [foreign]), await make_group(["incident.view"])]
    actor = user({"access.manage": [mine.id], "incident.view": [mine.id]})
    listed = await access.data(
        "{ groups { totalCount nodes { id companies { totalCount nodes { name } } members { nodes { name } } } } }",
        actor,
    )
    assert listed["groups"] == {
        "totalCount": 1,
        "nodes": [
            {
                "id": str(group.id),
                "companies": {"totalCount": 1, "nodes": [{"name": "Mine"}]},
                "members": {"nodes": [{"name": "Ada"}]},
            }
        ],
    }
    before = await stored(access)
    assert refusal(await edit(access, actor, group, name="Ours"))[0] == "DENIED"
    for foreign_group in hidden:
        assert refusal(await edit(access, actor, foreign_group, name="Ours"))[0] == "NOT_FOUND"
    assert await stored(access) == before


async def test_a_group_keeps_a_company_and_its_kind(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    company = await make_company()
    some, everywhere = await make_group(["incident.view"], [company]), await make_group(["incident.view"])
    before = await stored(access)
    assert refusal(await edit(access, MANAGER, some, removeCompanies=references([company]))) == (
        "INVALID",
        ["removeCompanies"],
    )
    assert refusal(await edit(access, MANAGER, everywhere, addCompanies=references([company]))) == (
        "INVALID",
        ["addCompanies"],
    )
    assert await stored(access) == before


async def test_a_stale_version_is_a_conflict_and_of_two_editors_one_is_first(
    access: RunningService, make_group: Make, make_user: Make
) -> None:
    group = await make_group(["incident.view"], members=[await make_user()])
    answers = await asyncio.gather(
        *(
            edit(access, MANAGER, group, expectedVersion=1, addPermissions=["incident.add"], showsModuleLink=shown)
            for shown in (True, False)
        )
    )
    outcomes = sorted(refusal(answer) if answer["errors"] else ("", []) for answer in answers)
    assert outcomes == [("", []), ("CONFLICT", ["expectedVersion"])]
    assert answers[0]["group"] == answers[1]["group"]  # who was second is told what the first one made of it
    assert answers[0]["group"]["permissions"] == ["incident.add", "incident.view"]


async def test_a_list_of_groups_costs_the_same_statements_however_many_there_are(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    query = """{ groups(first: 50) { totalCount nodes {
      companies { totalCount nodes { name } } members { totalCount nodes { name email } }
    } } }"""
    counts = []
    for _ in range(2):
        await make_group(["incident.view"], [await make_company()], [await make_user()])
        with access.statements() as seen:
            await access.data(query, MANAGER)
        counts.append(len(seen))
    assert counts == [6, 6]


async def test_each_change_of_a_request_is_answered_with_what_it_did(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    ada, bob = await make_user(name="Ada"), await make_user(name="Bob")
    group = await make_group(["incident.view"], [await make_company()], [ada])
    shown = "group { members { nodes { name } totalCount } }"
    both = f"""mutation ($one: EditGroupInput!, $two: EditGroupInput!) {{
        one: editGroup(input: $one) {{ {shown} }} two: editGroup(input: $two) {{ {shown} }} }}"""

    answer = await access.data(
        both,
        MANAGER,
        one={"id": str(group.id), "addMembers": [str(bob.id)]},
        two={"id": str(group.id), "removeMembers": [str(ada.id)]},
    )

    members = [answer[change]["group"]["members"] for change in ("one", "two")]
    assert members == [
        {"nodes": [{"name": "Ada"}, {"name": "Bob"}], "totalCount": 2},
        {"nodes": [{"name": "Bob"}], "totalCount": 1},
    ]
