"""What a provider of OpenID Connect says beside what administrators do: told in the history, and neither is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from deploy.local.postgres import PostgresServer
from services.access.persistence.groups import Groups
from services.access.persistence.rows import (
    CompanyRow,
    GroupMemberRow,
    GroupRow,
    IdentitySessionRow,
    SessionRow,
    UserRow,
)
from services.access.persistence.users import Users
from services.access.usecases.edit_group import EditGroup, edit_group
from services.access.usecases.edit_user import EditUser, edit_user
from tests.support.services import SYSTEM, RunningService, user
from tests.support.waiting import until_waiting

Make = Callable[..., Awaitable[Any]]
DATABASE: Final = "test_access"
ISSUER: Final = "https://id.example.org"
CHANGES: Final = """{ accessChanges(first: 50) { nodes {
  subjectKind subjectName operation actor { name } changes { field before after }
} } }"""


async def sign_in(access: RunningService, name: str, groups: list[GroupRow], nonce: str = "n", **opening: Any) -> Any:
    """With both groups of a claim that tells `groups`."""
    ids = [str(group.id) for group in groups]
    person = {"issuer": ISSUER, "subject": f"id of {name}", "email": f"{name}@example.org", "name": name.title()}
    opened = {"provider": "corp", "opened_by": f"{name} {nonce}"} | opening
    asked = {"person": person | {"managed": ids, "groups": ids}, "opening": opened, "create": True}
    return await access.ask("sign-in-oidc", asked, caller="gateway")


async def members(access: RunningService, group: GroupRow) -> set[UUID]:
    async with access.database.read(SYSTEM) as session:
        return set(await session.scalars(select(GroupMemberRow.user_id).where(GroupMemberRow.group_id == group.id)))


async def entries(access: RunningService, reader: Actor) -> list[Any]:
    """Oldest first: operation, what it was done to, and the fields."""
    nodes = (await access.data(CHANGES, reader))["accessChanges"]["nodes"]
    return [
        (node["operation"], node["subjectName"], {each["field"]: each["after"] for each in node["changes"]})
        for node in reversed(nodes)
    ]


def auditor(*companies: CompanyRow) -> Actor:
    return user({"audit.read": [company.id for company in companies] if companies else EVERY_COMPANY})


async def test_a_first_sign_in_is_told_once_where_its_groups_reach(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    here, there = await make_company(), await make_company()
    ada, group = await make_user("Ada", "ada@example.org"), await make_group(["incident.view"], [here])
    before = len(await entries(access, auditor()))
    for nonce in ("1", "2"):
        assert "token" in await sign_in(access, "ada", [group], nonce)

    told = (await entries(access, auditor(here)))[-2:]
    assert told == [
        ("EDITED", group.name, {"members": f'["{ada.id}"]'}),
        ("LINKED", "Ada", {"issuer": ISSUER, "subject": "id of ada"}),
    ]
    assert len(await entries(access, auditor())) == before + 2
    assert not [entry for entry in await entries(access, auditor(there)) if entry[0] == "LINKED"]


async def test_a_user_whom_a_sign_in_creates_is_told_with_groups_and_link(
    access: RunningService, make_company: Make, make_group: Make
) -> None:
    group = await make_group(["incident.view"], [await make_company()])
    signed_in = await sign_in(access, "bob", [group])

    told = (await entries(access, auditor()))[-3:]
    assert [(operation, name) for operation, name, _ in told] == [
        ("CREATED", "Bob"),
        ("EDITED", group.name),
        ("LINKED", "Bob"),
    ]
    assert told[1][2] == {"members": f'["{signed_in["user"]["id"]}"]'}
    nodes = (await access.data(CHANGES, auditor()))["accessChanges"]["nodes"]
    assert [node["actor"] for node in nodes[:3]] == [None, None, None]  # no person did it, but the registry itself


async def test_a_sign_in_of_several_groups_and_an_editor_of_one_do_not_wait_in_a_circle(
    access: RunningService, make_user: Make, make_group: Make, postgres_server: PostgresServer
) -> None:
    """The editor has one group in hand and still needs its members; the sign-in needs both groups and is a member."""
    ada, bob = await make_user("Ada", "ada@example.org"), await make_user("Bob")
    groups = sorted([await make_group(["incident.view"], members=[bob]) for _ in range(2)], key=lambda each: each.id)
    change = EditGroup(group_id=groups[1].id, add_members=[ada.id], remove_members=[bob.id])

    async with access.database.work(SYSTEM) as work:
        await Groups(work.session, work.actor).lock(groups[1].id)
        signing_in = asyncio.create_task(sign_in(access, "ada", groups))
        await until_waiting(1, DATABASE, postgres_server)
        await edit_group(change, work)

    assert "token" in await signing_in
    assert [await members(access, group) for group in groups] == [{ada.id, bob.id}, {ada.id}]


async def test_a_recheck_and_who_makes_the_user_inactive_do_not_wait_in_a_circle(
    access: RunningService, make_user: Make, make_group: Make, postgres_server: PostgresServer
) -> None:
    """The one has the user in hand and still needs the sessions; the other has a session and still needs the user."""
    ada: UserRow = await make_user("Ada", "ada@example.org")
    group = await make_group(["incident.view"])
    await sign_in(access, "ada", [], sealed="s", recheck_minutes=15)
    async with access.database.read(SYSTEM) as session:
        session_id = await session.scalar(select(SessionRow.id))
    named = [str(group.id)]
    confirmed = {"session_id": str(session_id), "minutes": 15, "managed": named, "groups": named}

    async with access.database.work(SYSTEM) as work:
        await Users(work.session, work.actor).lock(ada.id)
        rechecking = asyncio.create_task(access.ask("session-rechecked", confirmed, caller="gateway"))
        await until_waiting(1, DATABASE, postgres_server)
        await edit_user(EditUser(user_id=ada.id, active=False), work)

    assert await rechecking == {"found": False}
    assert await members(access, group) == set()  # what was said of a session that is over changes nothing
    async with access.database.read(SYSTEM) as session:
        left = [(await session.scalars(select(row))).all() for row in (SessionRow, IdentitySessionRow)]
    assert left == [[], []]


async def test_of_many_sign_ins_and_edits_at_once_none_is_lost(
    access: RunningService, make_user: Make, make_group: Make
) -> None:
    groups = [await make_group(["incident.view"]) for _ in range(2)]
    people = ["ada", "bob", "cyd", "dan"]
    users = [await make_user(name.title(), f"{name}@example.org") for name in people]
    guests = [await make_user(f"Guest {number}") for number in range(4)]
    given = ["incident.add", "incident.edit", "incident.close", "incident.delete"]

    async def edit(group: GroupRow, permission: str, guest: UserRow) -> None:
        async with access.database.work(SYSTEM) as work:
            change = EditGroup(group_id=group.id, add_permissions=[permission], add_members=[guest.id])
            await edit_group(change, work)

    signing_in = [sign_in(access, name, groups, str(number)) for name in people for number in range(3)]
    editing = [edit(group, *each) for each in zip(given, guests, strict=True) for group in groups[::-1]]
    mixed = [each for pair in zip_longest(signing_in, editing) for each in pair if each is not None]
    told = await asyncio.gather(*mixed)

    assert all("token" in each for each in told if each is not None)
    everybody = {each.id for each in (*users, *guests)}
    assert [await members(access, group) for group in groups] == [everybody, everybody]
    async with access.database.read(SYSTEM) as session:
        found = (await session.scalars(select(GroupRow))).all()
    assert [set(group.permissions) for group in found] == [{"incident.view", *given}] * 2
