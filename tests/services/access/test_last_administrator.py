"""Nobody can lock everybody out: alone or together with others at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from chassis.access import EVERY_COMPANY, Actor
from services.access.domain.permissions import MANAGE, NAMES
from services.access.persistence.administrators import any_administrator
from services.access.persistence.rows import GroupMemberRow, GroupRow, UserRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
EDIT_USER = "mutation ($input: EditUserInput!) { change: editUser(input: $input) { errors { code message } } }"
EDIT_GROUP = "mutation ($input: EditGroupInput!) { change: editGroup(input: $input) { errors { code message } } }"
DELETE_GROUP = """mutation ($input: DeleteGroupInput!) {
  change: deleteGroup(input: $input) { group { id name } errors { code message field } }
}"""
RESET = "mutation ($input: ResetPasswordInput!) { change: resetPassword(input: $input) { errors { code message } } }"


@pytest.fixture
async def ada(make_user: Make, password_hash: str) -> UserRow:
    made: UserRow = await make_user("Ada", "ada@example.org", password_hash)
    return made


@pytest.fixture
async def group(make_group: Make, ada: UserRow) -> GroupRow:
    """Of the only administrator."""
    made: GroupRow = await make_group(NAMES, [], [ada])
    return made


async def change(access: RunningService, actor: Actor, mutation: str, subject: Any, **given: Any) -> Any:
    return (await access.data(mutation, actor, input={"id": str(subject.id), **given}))["change"]


async def stored(access: RunningService) -> Any:
    async with access.database.read(SYSTEM) as session:
        members = (await session.execute(select(GroupMemberRow.group_id, GroupMemberRow.user_id))).all()
        groups = (await session.execute(select(GroupRow.id, GroupRow.permissions, GroupRow.every_company))).all()
        users = (await session.execute(select(UserRow.id, UserRow.active, UserRow.version))).all()
    return sorted(members), sorted(groups), sorted(users), len(await access.events())


def ways(ada: UserRow, group: GroupRow) -> dict[str, tuple[str, Any, dict[str, Any]]]:
    """To take away the administrator."""
    return {
        "inactive": (EDIT_USER, ada, {"active": False}),
        "no member": (EDIT_GROUP, group, {"removeMembers": [str(ada.id)]}),
        "no right": (EDIT_GROUP, group, {"removePermissions": [MANAGE]}),
        "no group": (DELETE_GROUP, group, {}),
    }


@pytest.mark.parametrize("way", ["inactive", "no member", "no right", "no group", "some companies"])
async def test_the_last_administrator_stays_and_the_way_out_is_named(
    access: RunningService, administrator: Actor, ada: UserRow, group: GroupRow, make_company: Make, way: str
) -> None:
    company = await make_company()
    limited = {"everyCompany": False, "addCompanies": [{"id": str(company.id)}]}
    mutation, subject, given = (ways(ada, group) | {"some companies": (EDIT_GROUP, group, limited)})[way]
    before = await stored(access)
    (error,) = (await change(access, administrator, mutation, subject, **given))["errors"]
    assert error["code"] == "CONFLICT"
    assert "first make another active person" in error["message"]
    assert await stored(access) == before


@pytest.mark.parametrize(
    "values",
    [{"active": False}, {"password_hash": None}, {"kind": "service_account"}, {"password_change_by": "2100-01-01"}],
)
async def test_who_cannot_sign_in_is_no_administrator_left(
    access: RunningService, administrator: Actor, ada: UserRow, group: GroupRow, make_user: Make,
    password_hash: str, values: dict[str, Any],
) -> None:  # fmt: skip
    eve = await make_user("Eve", "eve@example.org", password_hash)
    await change(access, administrator, EDIT_GROUP, group, addMembers=[str(eve.id)])
    if "password_change_by" in values:
        assert (await change(access, administrator, RESET, eve))["errors"] == []
    else:
        async with access.database.work(SYSTEM) as work:
            await work.session.execute(update(UserRow).where(UserRow.id == eve.id).values(values))
    for mutation, subject, given in ways(ada, group).values():
        assert [
            each["code"] for each in (await change(access, administrator, mutation, subject, **given))["errors"]
        ] == ["CONFLICT"]


async def test_the_password_of_the_last_administrator_is_not_reset_by_a_program(
    access: RunningService, administrator: Actor, ada: UserRow, group: GroupRow
) -> None:
    before = await stored(access)
    assert (await change(access, administrator, RESET, ada))["errors"][0]["code"] == "CONFLICT"
    assert await stored(access) == before


@pytest.mark.parametrize("way", ["inactive", "no member", "no right", "no group"])
async def test_with_another_one_the_first_may_go(
    access: RunningService, administrator: Actor, ada: UserRow, group: GroupRow, make_user: Make, make_group: Make,
    password_hash: str, way: str,
) -> None:  # fmt: skip
    eve = await make_user("Eve", "eve@example.org", password_hash)
    await make_group([MANAGE], [], [eve])
    mutation, subject, given = ways(ada, group)[way]
    assert (await change(access, administrator, mutation, subject, **given))["errors"] == []
    async with access.database.read(SYSTEM) as session:
        assert await any_administrator(session)


@pytest.mark.parametrize("one", ["inactive", "no member", "no right", "no group"])
@pytest.mark.parametrize("other", ["inactive", "no member", "no right", "no group"])
async def test_of_two_that_go_at_the_same_moment_one_stays(
    access: RunningService, administrator: Actor, ada: UserRow, group: GroupRow, make_user: Make, make_group: Make,
    password_hash: str, one: str, other: str,
) -> None:  # fmt: skip
    eve = await make_user("Eve", "eve@example.org", password_hash)
    second = await make_group(NAMES, [], [eve])
    told = await asyncio.gather(
        *(
            change(access, administrator, mutation, subject, **given)
            for mutation, subject, given in (ways(ada, group)[one], ways(eve, second)[other])
        )
    )
    assert sorted(len(each["errors"]) for each in told) == [0, 1]
    async with access.database.read(SYSTEM) as session:
        assert await any_administrator(session)


async def test_an_installation_without_administrator_is_not_stuck(
    access: RunningService, administrator: Actor, make_user: Make, make_group: Make
) -> None:
    program = await make_user("Program")
    group = await make_group(NAMES, [], [program])
    assert (await change(access, administrator, DELETE_GROUP, group))["errors"] == []


async def test_a_deleted_group_gives_nothing_more(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company, bob = await make_company(), await make_user("Bob")
    group = await make_group(["incident.view"], [company], [bob])
    manager = user({"access.manage": [company.id], "audit.read": [company.id]})
    before = len(await access.events())
    gone = await change(access, manager, DELETE_GROUP, group, expectedVersion=1)
    assert gone == {"group": {"id": str(group.id), "name": group.name}, "errors": []}
    fresh = (await access.events())[before:]
    assert [(event.type, event.data) for event in fresh] == [
        (kind, {"user_ids": [str(bob.id)]}) for kind in ("users.changed.v1", "grants.changed.v1")
    ]
    assert (await stored(access))[:2] == ([], [])
    history = await access.data("{ accessChanges(first: 1) { nodes { operation subjectName } } }", manager)
    assert history["accessChanges"]["nodes"] == [{"operation": "DELETED", "subjectName": group.name}]


async def test_a_group_of_others_is_not_deleted(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    mine, foreign = await make_company(), await make_company()
    bob = await make_user("Bob")
    group, both = (
        await make_group(["incident.view"], [foreign], [bob]),
        await make_group(["incident.view"], [mine, foreign]),
    )
    manager = user({"access.manage": [mine.id], "incident.view": EVERY_COMPANY})
    before = await stored(access)
    refused = await change(access, manager, DELETE_GROUP, group)
    assert refused == await change(access, manager, DELETE_GROUP, bob)  # an id that no group has
    assert [each["code"] for each in refused["errors"]] == ["NOT_FOUND"]
    assert [each["code"] for each in (await change(access, manager, DELETE_GROUP, both))["errors"]] == ["DENIED"]
    everywhere = user({"access.manage": EVERY_COMPANY})
    stale = await change(access, everywhere, DELETE_GROUP, group, expectedVersion=7)
    assert [(each["code"], each["field"]) for each in stale["errors"]] == [("CONFLICT", ["expectedVersion"])]
    assert stale["group"] == {"id": str(group.id), "name": group.name}  # as it is now: it is there still
    assert await stored(access) == before


async def test_a_group_can_hold_in_every_company_and_in_some_again(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    company = await make_company("One")
    group = await make_group(["incident.view"], [company])
    everything = user({"access.manage": EVERY_COMPANY, "incident.view": EVERY_COMPANY})
    shown = EDIT_GROUP.replace("errors", "group { everyCompany companies { nodes { name } } } errors")
    some = user({"access.manage": EVERY_COMPANY, "incident.view": [company.id]})
    assert (await change(access, some, shown, group, everyCompany=True))["errors"][0]["code"] == "DENIED"
    wide = await change(access, everything, shown, group, everyCompany=True)
    assert wide == {"group": {"everyCompany": True, "companies": None}, "errors": []}
    assert (await change(access, everything, shown, group, everyCompany=False))["errors"][0]["code"] == "INVALID"
    named = {"addCompanies": [{"id": str(company.id)}]}
    assert (await change(access, everything, shown, group, **named))["errors"][0]["code"] == "INVALID"
    narrow = await change(access, everything, shown, group, everyCompany=False, **named)
    assert narrow == {"group": {"everyCompany": False, "companies": {"nodes": [{"name": "One"}]}}, "errors": []}
