"""Whatever an administrator of some companies does, in whatever order: nobody gets a right that the administrator does
not hold, nobody loses one elsewhere, and no password, key or profile of who may do more is touched.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor, Companies, Everywhere, Scope
from chassis.database import UnitOfWork
from chassis.errors import Refusal
from services.access.domain.permissions import MANAGE, NAMES
from services.access.domain.rights import covers, first_beyond, rights
from services.access.persistence.groups import grants_of
from services.access.persistence.rows import ApiKeyRow, GroupRow, UserRow
from services.access.usecases.create_api_key import CreateApiKey, create_api_key
from services.access.usecases.create_company import CreateCompany, create_company
from services.access.usecases.create_group import CreateGroup, create_group
from services.access.usecases.create_user import CreateUser, create_user
from services.access.usecases.delete_group import DeleteGroup, delete_group
from services.access.usecases.edit_group import EditGroup, edit_group
from services.access.usecases.edit_user import EditUser, edit_user
from services.access.usecases.reset_password import ResetPassword, reset_password
from services.access.usecases.revoke_api_key import RevokeApiKey, revoke_api_key
from services.access.usecases.rotate_api_key import RotateApiKey, rotate_api_key
from tests.support.services import SYSTEM, RunningService, user

HELD = (MANAGE, "incident.view", "incident.edit")
TOO_MUCH = "incident.delete"
GROUPS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "plain": (("incident.view",), ("mine",), ("plain", "both")),
    "strong": (("incident.view", TOO_MUCH), ("mine",), ("strong",)),
    "shared": (("incident.view",), ("mine", "foreign"), ("shared",)),
    "elsewhere": (("incident.edit",), ("foreign",), ("foreign", "both")),
    "everywhere": (tuple(sorted(NAMES)), (), ("boss",)),
    "managers": (HELD, ("mine", "also"), ("manager",)),
}
PEOPLE = ("plain", "both", "strong", "shared", "foreign", "boss", "manager", "idle")


@dataclass
class World:
    """`actor` manages two of the three companies. Lists grow with what the actor makes."""

    actor: Actor
    companies: list[UUID]
    people: list[UUID]
    groups: list[UUID]
    keys: list[UUID]


Change: TypeAlias = Callable[[World, UnitOfWork], Awaitable[object]]
NUMBER = st.integers(0, 50)
PERMISSIONS = st.lists(st.sampled_from([*HELD, TOO_MUCH]), max_size=3)
NUMBERS = st.lists(NUMBER, max_size=2)


def picked(known: list[UUID], numbers: list[int]) -> list[UUID]:
    return [known[number % len(known)] for number in numbers]


@st.composite
def group_made(draw: st.DrawFn) -> Change:
    permissions, companies, members = draw(PERMISSIONS), draw(NUMBERS), draw(NUMBERS)
    name, everywhere = f"Made {draw(NUMBER)}", draw(st.booleans()) and not companies

    async def change(world: World, work: UnitOfWork) -> None:
        command = CreateGroup(
            name=name,
            permissions=permissions,
            companies=picked(world.companies, companies),
            every_company=everywhere,
            members=picked(world.people, members),
        )
        world.groups.append((await create_group(command, work)).id)

    return change


@st.composite
def group_edited(draw: st.DrawFn) -> Change:
    group, everywhere = draw(NUMBER), draw(st.sampled_from([None, None, None, True, False]))
    more, less = draw(PERMISSIONS), draw(PERMISSIONS)
    come, go, here, gone = (draw(NUMBERS) for _ in range(4))

    async def change(world: World, work: UnitOfWork) -> None:
        command = EditGroup(
            group_id=picked(world.groups, [group])[0],
            every_company=everywhere,
            add_permissions=more,
            remove_permissions=less,
            add_members=picked(world.people, come),
            remove_members=picked(world.people, go),
            add_companies=picked(world.companies, here),
            remove_companies=picked(world.companies, gone),
        )
        await edit_group(command, work)

    return change


@st.composite
def of_one(draw: st.DrawFn) -> Change:
    """A group, a user or a key of somebody."""
    kind, number, active = draw(st.integers(0, 6)), draw(NUMBER), draw(st.booleans())

    async def change(world: World, work: UnitOfWork) -> None:
        whom, group = picked(world.people, [number])[0], picked(world.groups, [number])[0]
        if kind == 0:
            await delete_group(DeleteGroup(group_id=group), work)
        elif kind == 1:
            await edit_user(EditUser(user_id=whom, name=f"Renamed {number}", active=active), work)
        elif kind == 2:
            await reset_password(ResetPassword(user_id=whom, password_hash=f"set {number}"), work)
        elif kind == 3:
            made = await create_api_key(CreateApiKey(name="made", user_id=whom), work)
            world.keys.append(made.row.id)
        elif kind == 4:
            await rotate_api_key(RotateApiKey(key_id=picked(world.keys, [number])[0]), work)
        elif kind == 5:
            await revoke_api_key(RevokeApiKey(key_id=picked(world.keys, [number])[0]), work)
        else:
            made_user = await create_user(CreateUser(email=f"made{number}@example.org", name="Made"), work)
            world.people.append(made_user.id)

    return change


CHANGES = st.lists(st.one_of(group_made(), group_edited(), of_one()), min_size=3, max_size=14)


async def new_world(access: RunningService) -> World:
    await access.empty()
    async with access.database.work(SYSTEM) as work:
        companies = {
            name: (await create_company(CreateCompany(name=name), work)).id for name in ("mine", "also", "foreign")
        }
        people = {
            name: (await create_user(CreateUser(email=f"{name}@example.org", name=name, password_hash="old"), work)).id
            for name in PEOPLE
        }
        groups = []
        for name, (permissions, places, members) in GROUPS.items():
            command = CreateGroup(
                name=name,
                permissions=permissions,
                companies=[companies[place] for place in places],
                every_company=not places,
                members=[people[member] for member in members],
            )
            groups.append((await create_group(command, work)).id)
    keys = []
    for each in people.values():
        async with access.database.work(user(id=each)) as work:
            keys.append((await create_api_key(CreateApiKey(name="own"), work)).row.id)
    scope = {name: [companies["mine"], companies["also"]] for name in HELD}
    actor = user(scope, id=people["manager"])
    return World(actor, [*companies.values()], [*people.values()], groups, keys)


@dataclass
class Seen:
    scopes: dict[UUID, Scope]
    secrets: dict[UUID, tuple[Any, ...]]


async def seen(access: RunningService) -> Seen:
    """What everybody may do, and what each can be known or acted for by."""
    async with access.database.read(SYSTEM) as session:
        users = (await session.scalars(select(UserRow))).all()
        scopes = {each.id: rights(await grants_of(each.id, session)) for each in users}
        keys = (await session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id))).all()
    secrets = {
        each.id: (
            each.name, each.active, each.email, each.password_hash,
            [(key.id, key.digest, key.revoked_at) for key in keys if key.user_id == each.id],
        )
        for each in users
    }  # fmt: skip
    return Seen(scopes, secrets)


def more(after: Companies, before: Companies) -> Companies:
    if covers(before, after):
        return frozenset()
    if isinstance(after, Everywhere) or isinstance(before, Everywhere):
        return after
    return after - before


def complaints(actor: Actor, before: Seen, after: Seen) -> list[str]:
    found = []
    for each, scope in after.scopes.items():
        old = before.scopes.get(each, Scope({}))
        for name in {*scope.permissions, *old.permissions}:
            if not covers(actor.companies(name), more(scope.companies(name), old.companies(name))):
                found.append(f"{each} got {name}")
            if not covers(actor.companies(MANAGE), more(old.companies(name), scope.companies(name))):
                found.append(f"{each} lost {name}")
        touched = before.secrets.get(each, after.secrets[each]) != after.secrets[each]
        if touched and first_beyond(actor, old) is not None:
            found.append(f"{each} was touched")
    return found


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(changes=CHANGES)
async def test_no_sequence_of_changes_gives_takes_or_opens_more_than_the_administrator_may(
    access: RunningService, changes: list[Change]
) -> None:
    world = await new_world(access)
    before = await seen(access)
    for change in changes:
        try:
            async with access.database.work(world.actor) as work:
                await change(world, work)
        except Refusal:
            continue
        after = await seen(access)
        assert complaints(world.actor, before, after) == []
        before = after


async def test_the_property_finds_what_it_looks_for(access: RunningService) -> None:
    world = await new_world(access)
    before = await seen(access)
    boss = world.people[PEOPLE.index("boss")]
    everything = replace(world.actor, scope=Scope(dict.fromkeys(NAMES, EVERY_COMPANY)))
    async with access.database.work(everything) as work:
        await edit_group(EditGroup(group_id=world.groups[3], add_members=[world.people[0]]), work)
        await edit_group(EditGroup(group_id=world.groups[3], remove_members=[world.people[1]]), work)
        await edit_user(EditUser(user_id=boss, name="Mine"), work)
        assert await work.session.get(GroupRow, world.groups[3])
    assert sorted(complaints(world.actor, before, await seen(access))) == sorted(
        [f"{world.people[0]} got incident.edit", f"{world.people[1]} lost incident.edit", f"{boss} was touched"]
    )
