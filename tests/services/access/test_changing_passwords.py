import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from deploy.local.provision import DatabaseUrls
from services.access.__main__ import SERVICE
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain.secrets import digest
from services.access.domain.throttling import ACCOUNT, Allowance
from services.access.persistence import attempts
from services.access.persistence.rows import CompanyRow, SessionRow, UserRow
from services.access.usecases.create_api_key import CreateApiKey, create_api_key
from services.access.usecases.sign_in import CHANGE_FIRST, EXPIRED, REFUSED
from tests.support.services import SYSTEM, RunningService, running, user

Make = Callable[..., Awaitable[Any]]
OLD, NEW, EMAIL = "a long enough password", "another long one of mine", "bob@example.org"
RESET = """mutation ($input: ResetPasswordInput!) {
  resetPassword(input: $input) { user { id version } secret errors { code message field } }
}"""
CREATE = "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { message } } }"
CREATE_KEY = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { prefix } secret } }"
CHANGE = """mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) { user { id version } errors { code message field } }
}"""


@pytest.fixture
async def here(make_company: Make) -> CompanyRow:
    made: CompanyRow = await make_company("Here")
    return made


@pytest.fixture
async def bob(make_user: Make, make_group: Make, here: CompanyRow, password_hash: str) -> UserRow:
    made: UserRow = await make_user("Bob", EMAIL, password_hash)
    await make_group(["incident.view"], [here], [made])
    return made


@pytest.fixture
def manager(here: CompanyRow) -> Actor:
    return user({"access.manage": [here.id], "incident.view": [here.id]})


async def sign_in(access: RunningService, password: str = OLD, email: str = EMAIL, **more: Any) -> Any:
    return await access.ask("sign-in", {"email": email, "password": password, **more}, caller="gateway")


async def at_the_door(access: RunningService, password: str, new: str, email: str = EMAIL) -> Any:
    asked = {"email": email, "password": password, "new_password": new}
    return await access.ask("change-password", asked, caller="gateway")


async def reset(access: RunningService, actor: Actor, whom: Any, **given: Any) -> Any:
    return (await access.data(RESET, actor, input={"id": str(getattr(whom, "id", whom)), **given}))["resetPassword"]


async def change(access: RunningService, actor: Actor, old: str, new: str, **more: Any) -> Any:
    given = {"currentPassword": old, "newPassword": new, **more}
    return (await access.data(CHANGE, actor, input=given))["changePassword"]


async def holds(access: RunningService, token: str) -> bool:
    try:
        await access.ask("grants", {"kind": "session", "digest": digest(token)}, caller="gateway")
    except NotFound:
        return False
    return True


async def session_of(access: RunningService, token: str) -> Any:
    """Its id."""
    told = await access.ask("grants", {"kind": "session", "digest": digest(token)}, caller="gateway")
    return told["credential"]


def signed_in(bob: UserRow, session: Any = None) -> Actor:
    return replace(user(id=bob.id), credential=None if session is None else UUID(session))


async def stored(access: RunningService) -> Any:
    async with access.database.read(SYSTEM) as session:
        users = (await session.execute(select(UserRow.id, UserRow.password_hash, UserRow.version))).all()
        sessions = (await session.scalars(select(SessionRow.id))).all()
    return sorted(users), sorted(sessions), len(await access.events())


def an_hour(counted: int, allowance: Allowance) -> timedelta:
    """Longer than any test takes."""
    return timedelta(hours=counted >= allowance.free_attempts)


def refusal(answer: Any) -> tuple[str, list[str]]:
    (error,) = answer["errors"]
    assert (answer["user"] is not None) == (error["field"] == ["expectedVersion"])  # then as it is now
    return error["code"], error["field"]


async def test_a_password_for_once_is_good_for_choosing_another_only(
    access: RunningService, bob: UserRow, manager: Actor
) -> None:
    token = (await sign_in(access))["token"]
    made = await reset(access, manager, bob)
    assert made["errors"] == []
    assert not await holds(access, token)
    assert await sign_in(access) == {"refused": REFUSED}
    assert await sign_in(access, made["secret"]) == {"refused": CHANGE_FIRST, "change_required": True}

    entered = await at_the_door(access, made["secret"], NEW)
    assert entered["user"] == {"id": str(bob.id), "name": "Bob"}
    assert await holds(access, entered["token"])
    assert await sign_in(access, made["secret"]) == {"refused": REFUSED}
    assert "token" in await sign_in(access, NEW)


async def test_a_password_can_be_given_too(access: RunningService, bob: UserRow, manager: Actor) -> None:
    made = await reset(access, manager, bob, password="given by Ada over the phone")
    assert (made["secret"], made["errors"]) == (None, [])
    assert "change_required" in await sign_in(access, "given by Ada over the phone")


async def test_a_password_for_once_runs_out(access: RunningService, bob: UserRow, manager: Actor) -> None:
    secret = (await reset(access, manager, bob))["secret"]
    async with access.database.work(SYSTEM) as work:
        due = await work.session.scalar(select(UserRow.password_change_by).where(UserRow.id == bob.id))
        assert due is not None
        assert timedelta(hours=71) < due - datetime.now(UTC) <= timedelta(hours=72)
        await work.session.execute(update(UserRow).values(password_change_by=func.now()))
    assert await sign_in(access, secret) == {"refused": EXPIRED}
    assert await at_the_door(access, secret, NEW) == {"refused": EXPIRED}
    assert await sign_in(access, "not the password") == {"refused": REFUSED}


async def test_a_reset_tells_gateways_to_forget_the_sessions(
    access: RunningService, bob: UserRow, manager: Actor
) -> None:
    before = len(await access.events())
    await reset(access, manager, bob)
    assert [event.type for event in (await access.events())[before:]] == ["users.changed.v1", "grants.changed.v1"]


async def test_whose_password_cannot_be_reset(
    access: RunningService, bob: UserRow, manager: Actor, make_company: Make, make_group: Make, make_user: Make
) -> None:
    stranger = user({"access.manage": [(await make_company()).id]})
    boss = await make_user("Boss")
    await make_group(["incident.close"], [], [boss])
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(UserRow).where(UserRow.id == boss.id).values(kind="service_account"))
    everything = user(dict.fromkeys(("access.manage", "incident.view", "incident.close"), EVERY_COMPANY))
    before = await stored(access)
    assert await reset(access, stranger, bob) == await reset(access, stranger, uuid7())
    assert refusal(await reset(access, stranger, bob)) == ("NOT_FOUND", ["id"])
    assert refusal(await reset(access, manager, boss)) == ("DENIED", ["id"])
    assert refusal(await reset(access, user(id=bob.id), bob)) == ("DENIED", ["id"])
    assert refusal(await reset(access, everything, boss)) == ("INVALID", ["id"])
    own = user({"access.manage": EVERY_COMPANY, "incident.view": EVERY_COMPANY}, id=bob.id)
    assert refusal(await reset(access, own, bob)) == ("INVALID", ["id"])
    assert refusal(await reset(access, manager, bob, password="bob@example.org")) == ("INVALID", ["password"])
    assert refusal(await reset(access, manager, bob, password="short")) == ("INVALID", ["password"])
    assert refusal(await reset(access, manager, bob, expectedVersion=1)) == ("CONFLICT", ["expectedVersion"])
    assert await stored(access) == before


async def test_one_changes_the_password_by_the_old_one_and_keeps_this_session_only(
    access: RunningService, bob: UserRow
) -> None:
    mine, other = (await sign_in(access))["token"], (await sign_in(access))["token"]
    actor = signed_in(bob, await session_of(access, mine))
    assert (await change(access, actor, OLD, NEW))["errors"] == []
    assert (await holds(access, mine), await holds(access, other)) == (True, False)
    assert await sign_in(access) == {"refused": REFUSED}
    assert "token" in await sign_in(access, NEW)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("not the password", NEW, "currentPassword"),
        (OLD, OLD, "newPassword"),
        (OLD, "short", "newPassword"),
        (OLD, "bob@example.org", "newPassword"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(
    access: RunningService, bob: UserRow, old: str, new: str, field: str
) -> None:
    await sign_in(access)
    before = await stored(access)
    assert refusal(await change(access, signed_in(bob), old, new)) == ("INVALID", [field])
    assert await stored(access) == before


async def test_a_password_is_not_changed_by_who_has_seen_an_older_version(access: RunningService, bob: UserRow) -> None:
    before = await stored(access)
    stale = await change(access, signed_in(bob), OLD, NEW, expectedVersion=1)  # the group made it 2
    assert refusal(stale) == ("CONFLICT", ["expectedVersion"])
    assert stale["user"] == {"id": str(bob.id), "version": 2}
    assert await stored(access) == before
    assert (await change(access, signed_in(bob), OLD, NEW, expectedVersion=2))["errors"] == []


async def test_the_password_of_a_new_user_is_one_for_once(access: RunningService, manager: Actor) -> None:
    mail, given = "newcomer@example.org", "told by Ada over the phone"
    new = {"email": mail, "name": "Nadia", "password": given}
    made = (await access.data(CREATE, manager, input=new))["createUser"]
    key = (await access.data(CREATE_KEY, manager, input={"name": "k", "userId": made["user"]["id"]}))["createApiKey"]
    opened = {"kind": "api_key", "digest": digest(key["secret"]), "prefix": key["apiKey"]["prefix"]}

    assert await sign_in(access, given, mail) == {"refused": CHANGE_FIRST, "change_required": True}
    assert (await stored(access))[1] == []  # no session, of whatever kind
    assert (await access.ask("grants", opened, caller="gateway"))["actor"]["name"] == "Nadia"
    assert (await at_the_door(access, given, given, mail))["invalid"] is True
    assert "token" in await at_the_door(access, given, NEW, mail)
    assert "token" in await sign_in(access, NEW, mail)
    assert await sign_in(access, given, mail) == {"refused": REFUSED}


async def test_guesses_by_who_is_signed_in_are_throttled_as_those_at_the_door(
    access: RunningService, bob: UserRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "pause", an_hour)
    for _ in range(ACCOUNT.free_attempts):
        assert refusal(await change(access, signed_in(bob), "not the password", NEW))[1] == ["currentPassword"]
    waiting = await change(access, signed_in(bob), OLD, NEW)
    assert "Too many attempts" in waiting["errors"][0]["message"]
    assert "retry_after" in await sign_in(access)


async def test_a_limited_key_changes_neither_password_nor_profile_nor_sessions(
    access: RunningService, bob: UserRow
) -> None:
    await sign_in(access)
    async with access.database.work(user(id=bob.id)) as work:
        made = await create_api_key(CreateApiKey(name="import", permissions=["incident.view"]), work)
    actor = replace(user(id=bob.id), credential=made.row.id)
    before = await stored(access)
    assert refusal(await change(access, actor, OLD, NEW))[0] == "DENIED"
    end = f'endSession(input: {{id: "{uuid7()}"}})'
    for mutation in ('editMe(input: {name: "X"})', "endAllSessions(input: {})", end):
        answer = await access.data(f"mutation {{ change: {mutation} {{ errors {{ code }} }} }}", actor)
        assert answer == {"change": {"errors": [{"code": "DENIED"}]}}
    assert await stored(access) == before


async def test_a_session_by_a_password_that_was_changed_meanwhile_is_not_opened(
    access: RunningService, bob: UserRow, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = PasswordHashing.verify

    async def overtaken(self: PasswordHashing, stored: str | None, password: str) -> bool:
        matches = await verify(self, stored, password)
        async with access.database.work(SYSTEM) as work:
            await work.session.execute(update(UserRow).values(active=False))
        return matches

    monkeypatch.setattr(PasswordHashing, "verify", overtaken)
    assert await sign_in(access) == {"refused": REFUSED}
    assert (await stored(access))[1] == []


async def test_at_the_door_a_bad_new_password_is_told_and_a_wrong_old_one_tells_nothing(
    access: RunningService, bob: UserRow
) -> None:
    assert (await at_the_door(access, OLD, "short"))["invalid"] is True
    assert await at_the_door(access, "not the password", "short") == {"refused": REFUSED}
    assert await at_the_door(access, OLD, NEW, email="nobody@example.org") == {"refused": REFUSED}
    assert "token" in await sign_in(access)


async def test_a_hash_with_weaker_parameters_is_made_anew_at_sign_in(access: RunningService, bob: UserRow) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(OLD)
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(UserRow).values(password_hash=weak))
    assert await sign_in(access, "not the password") == {"refused": REFUSED}
    assert (await stored(access))[0][0][1] == weak
    assert "token" in await sign_in(access)
    fresh = (await stored(access))[0][0][1]
    assert fresh.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "token" in await sign_in(access)
    assert (await stored(access))[0][0][1] == fresh


async def test_who_cannot_sign_in_costs_the_same_statements_and_hashes_as_a_wrong_password(
    access: RunningService, make_user: Make, password_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    people: dict[str, dict[str, Any]] = {
        "right": {},
        "inactive": {"active": False},
        "program": {"kind": "service_account", "password_hash": None},
        "keyless": {"password_hash": None},
        "pending": {"password_change_by": datetime.now(UTC) + timedelta(hours=1)},
    }
    for name, values in people.items():
        made = await make_user(name, f"{name}@example.org", password_hash)
        async with access.database.work(SYSTEM) as work:
            await work.session.execute(update(UserRow).where(UserRow.id == made.id).values(name=name, **values))
    verified: list[str] = []
    matches = PasswordHashing._matches

    def watched(self: PasswordHashing, stored: str, password: str) -> bool:
        verified.append(stored.rsplit("$", 2)[0])
        return matches(self, stored, password)

    monkeypatch.setattr(PasswordHashing, "_matches", watched)
    seen = []
    for name in ("right", "inactive", "program", "keyless", "pending", "unknown", "no address"):
        verified.clear()
        with access.statements() as statements:
            told = await sign_in(access, "not the password", email=f"{name}@example.org", client={"address": name})
        seen.append((told, [" ".join(each.split()[:3]) for each in statements], list(verified)))
    assert [each for each in seen if each != seen[0]] == []
    assert len(seen[0][2]) == 1


async def test_parallel_guesses_through_several_processes_gain_nothing(
    access: RunningService,
    bob: UserRow,
    service_databases: Mapping[str, DatabaseUrls],
    signing_keys: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verified = []

    async def watched(_: PasswordHashing, __: str | None, password: str) -> bool:
        verified.append(password)
        return False

    monkeypatch.setattr(PasswordHashing, "verify", watched)
    monkeypatch.setattr(attempts, "pause", an_hour)
    async with running(SERVICE, service_databases["access"], signing_keys) as second:
        guesses = [
            sign_in(each, f"guess number {number}", client={"address": f"192.0.2.{number}"})
            for number in range(8)
            for each in (access, second)
        ]
        told = await asyncio.gather(*guesses)
    assert len(verified) == ACCOUNT.free_attempts
    assert sum("retry_after" in each for each in told) == 16 - ACCOUNT.free_attempts
