import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from chassis.errors import Fault, NotFound
from services.access.adapters.password_hashing import PasswordHashing
from services.access.domain.permissions import NAMES
from services.access.domain.secrets import digest
from services.access.domain.throttling import ACCOUNT, ADDRESS, Allowance
from services.access.persistence.attempts import count_attempt
from services.access.persistence.rows import AttemptRow, SessionRow, UserRow
from services.access.usecases.bootstrap_administrator import BootstrapAdministrator, bootstrap_administrator
from services.access.usecases.sign_in import REFUSED
from tests.support.services import SYSTEM, RunningService

HOUR = func.make_interval(0, 0, 0, 0, 1)
EMAIL, PASSWORD = "ada@example.org", "a long enough password"


@pytest.fixture
async def ada(
    make_user: Callable[..., Awaitable[UserRow]], make_group: Callable[..., Awaitable[object]], password_hash: str
) -> UserRow:
    """An administrator of everything."""
    made = await make_user("Ada", EMAIL, password_hash)
    await make_group(NAMES, members=[made])
    return made


async def sign_in(access: RunningService, email: str = EMAIL, password: str = PASSWORD, address: str = "::1") -> Any:
    asked = {"email": email, "password": password, "client": {"address": address}}
    return await access.ask("sign-in", asked, caller="gateway")


async def grants(access: RunningService, token: str) -> Any:
    return await access.ask("grants", {"kind": "session", "digest": digest(token)}, caller="gateway")


async def change(access: RunningService, *statements: Any) -> None:
    async with access.database.work(SYSTEM) as work:
        for statement in statements:
            await work.session.execute(statement)


async def test_a_session_carries_the_rights_of_its_user(access: RunningService, ada: UserRow) -> None:
    signed_in = await sign_in(access, email=" ADA@example.org")
    found = await grants(access, signed_in["token"])
    assert found["actor"] == {"id": signed_in["user"]["id"], "kind": "user", "name": "Ada", "locale": "en"}
    assert found["scope"] == {"sets": [], "permissions": dict.fromkeys(sorted(NAMES), "all")}
    assert found["expires_at"] == signed_in["expires_at"]


async def test_neither_token_nor_password_is_stored(access: RunningService, ada: UserRow) -> None:
    token = (await sign_in(access))["token"]
    async with access.database.read(SYSTEM) as session:
        stored = await session.scalar(select(SessionRow.digest))
        hashed = await session.scalar(select(UserRow.password_hash))
    assert stored == digest(token)
    assert hashed is not None
    assert hashed.startswith("$argon2id$")


async def test_unknown_address_and_wrong_password_get_the_same_answer(access: RunningService, ada: UserRow) -> None:
    wrong = await sign_in(access, password="not the password")
    unknown = await sign_in(access, email="nobody@example.org")
    no_address = await sign_in(access, email="\x00")
    assert wrong == unknown == no_address == {"refused": REFUSED}


async def test_an_unknown_address_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = PasswordHashing()
    verified: list[str] = []
    matches = PasswordHashing._matches

    def watched(self: PasswordHashing, stored: str, password: str) -> bool:
        verified.append(stored.rsplit("$", 2)[0])
        return matches(self, stored, password)

    monkeypatch.setattr(PasswordHashing, "_matches", watched)
    assert await passwords.verify(await passwords.hash(PASSWORD), PASSWORD)
    assert not await passwords.verify(None, PASSWORD)
    assert len(verified) == 2
    assert verified[0] == verified[1]  # algorithm, version and cost parameters


async def test_who_is_inactive_or_has_no_password_is_refused_alike(access: RunningService, ada: UserRow) -> None:
    token = (await sign_in(access))["token"]
    await change(access, update(UserRow).values(active=False))
    assert await sign_in(access) == {"refused": REFUSED}
    with pytest.raises(NotFound):
        await grants(access, token)
    await change(access, update(UserRow).values(active=True, password_hash=None))
    assert await sign_in(access) == {"refused": REFUSED}


async def count(access: RunningService, allowance: Allowance, whose: str, times: int) -> list[bool]:
    """Which of so many attempts were let through."""
    passed = []
    for _ in range(times):
        async with access.database.work(SYSTEM) as work:
            passed.append(await count_attempt(allowance, whose, work.session) is None)
    return passed


async def pauses(access: RunningService) -> dict[str, float]:
    """Per kind the seconds between the last counted attempt and the next that is let through."""
    async with access.database.read(SYSTEM) as session:
        rows = (await session.scalars(select(AttemptRow))).all()
    return {row.kind: round((row.blocked_until - row.last_at).total_seconds()) for row in rows}


async def block(access: RunningService, kind: str) -> None:
    later = func.now() + HOUR
    await change(access, update(AttemptRow).where(AttemptRow.kind == kind).values(blocked_until=later))


async def test_each_failure_beyond_the_free_ones_doubles_the_pause(access: RunningService, ada: UserRow) -> None:
    await count(access, ACCOUNT, EMAIL, 4)
    await sign_in(access, password="not the password")
    assert await pauses(access) == {"account": 1, "address": 0}
    await change(access, update(AttemptRow).values(blocked_until=func.now()))
    await sign_in(access, password="not the password")
    assert await pauses(access) == {"account": 2, "address": 0}


@pytest.mark.parametrize("kind", ["account", "address"])
async def test_during_a_pause_even_the_right_password_has_to_wait(
    access: RunningService, ada: UserRow, kind: str
) -> None:
    await sign_in(access, password="not the password")
    await block(access, kind)
    waiting = await sign_in(access)
    assert "token" not in waiting
    assert 3_500 < waiting["retry_after"] <= 3_600


async def test_a_pause_is_for_one_account_from_anywhere_and_for_one_address(
    access: RunningService, ada: UserRow
) -> None:
    await sign_in(access, email="nobody@example.org", address="192.0.2.1")
    await block(access, "account")
    assert "retry_after" in await sign_in(access, email=" Nobody@example.org", address="192.0.2.2")
    assert "token" in await sign_in(access, address="192.0.2.1")
    await block(access, "address")
    assert "retry_after" in await sign_in(access, address="192.0.2.1")
    assert "token" in await sign_in(access, address="192.0.2.3")


async def test_many_attempts_at_once_gain_nothing(access: RunningService) -> None:
    tried = await asyncio.gather(*(count(access, ACCOUNT, EMAIL, 1) for _ in range(12)))
    assert sum(passed for (passed,) in tried) == ACCOUNT.free_attempts


async def test_a_success_clears_the_account_and_is_not_held_against_the_address(
    access: RunningService, ada: UserRow
) -> None:
    await count(access, ACCOUNT, EMAIL, 3)
    await count(access, ADDRESS, "::1", 7)
    assert "token" in await sign_in(access)
    async with access.database.read(SYSTEM) as session:
        left = {row.kind: row.attempts for row in await session.scalars(select(AttemptRow))}
    assert left == {"address": 7}


async def test_failures_are_forgotten_after_a_while(access: RunningService, ada: UserRow) -> None:
    await count(access, ACCOUNT, EMAIL, 5)
    await change(access, update(AttemptRow).values(last_at=func.now() - HOUR, blocked_until=func.now() - HOUR))
    await sign_in(access, password="not the password")
    assert (await pauses(access))["account"] == 0


@pytest.mark.parametrize("column", ["expires_at", "last_used_at"])
async def test_a_session_ends_by_age_and_by_idleness(access: RunningService, ada: UserRow, column: str) -> None:
    token = (await sign_in(access))["token"]
    await grants(access, token)
    await change(access, update(SessionRow).values({column: func.now() - HOUR}))
    with pytest.raises(NotFound):
        await grants(access, token)


async def test_use_prolongs_a_session_but_is_written_once_a_minute(access: RunningService, ada: UserRow) -> None:
    token = (await sign_in(access))["token"]
    with access.statements() as fresh:
        await grants(access, token)
    await change(access, update(SessionRow).values(last_used_at=func.now() - func.make_interval(0, 0, 0, 0, 0, 2)))
    with access.statements() as later:
        await grants(access, token)
    assert [sum(s.startswith("UPDATE") for s in seen) for seen in (fresh, later)] == [0, 1]
    async with access.database.read(SYSTEM) as session:
        assert await session.scalar(select(SessionRow.last_used_at > func.now() - func.make_interval(0, 0, 0, 0, 0, 1)))


async def test_signing_out_ends_this_session_only(access: RunningService, ada: UserRow) -> None:
    one, other = (await sign_in(access))["token"], (await sign_in(access))["token"]
    before = len(await access.events())
    assert await access.ask("sign-out", {"token_digest": digest(one)}, caller="gateway") == {"ended": True}
    assert await access.ask("sign-out", {"token_digest": digest(one)}, caller="gateway") == {"ended": False}
    with pytest.raises(NotFound):
        await grants(access, one)
    assert await grants(access, other)
    assert [event.type for event in (await access.events())[before:]] == ["session.ended.v1"]


async def test_only_the_gateway_may_ask(access: RunningService, ada: UserRow) -> None:
    for question in ("sign-in", "sign-out", "grants"):
        with pytest.raises(Fault, match="403"):
            await access.ask(question, {}, caller="incidents")


async def test_the_first_administrator_is_made_once(access: RunningService, password_hash: str) -> None:
    made = []
    for email in (EMAIL, "eve@example.org"):
        command = BootstrapAdministrator(name="First", email=email, password_hash=password_hash)
        async with access.database.work(SYSTEM) as work:
            made.append(await bootstrap_administrator(command, work) is not None)
    assert made == [True, False]
    assert [event.type for event in await access.events()] == [
        "users.changed.v1",
        "users.changed.v1",
        "grants.changed.v1",
    ]
    signed_in = await sign_in(access)
    assert (await grants(access, signed_in["token"]))["scope"]["permissions"] == dict.fromkeys(NAMES, "all")
    assert await sign_in(access, email="eve@example.org") == {"refused": REFUSED}


async def test_what_is_over_is_removed_with_the_next_sign_in(access: RunningService, ada: UserRow) -> None:
    await sign_in(access)
    await count(access, ACCOUNT, "nobody@example.org", 1)
    await count(access, ACCOUNT, "somebody@example.org", 1)
    nobody = AttemptRow.digest == digest("nobody@example.org")
    await change(
        access,
        update(SessionRow).values(expires_at=func.now() - HOUR),
        update(AttemptRow).where(nobody).values(last_at=func.now() - HOUR * 25),
    )
    await sign_in(access)
    async with access.database.read(SYSTEM) as session:
        assert await session.scalar(select(func.count()).select_from(SessionRow)) == 1
        left = select(AttemptRow.digest).where(AttemptRow.kind == "account")
        assert set(await session.scalars(left)) == {digest("somebody@example.org")}
