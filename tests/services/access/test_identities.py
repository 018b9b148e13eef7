"""Users as providers know them: what the gateway asks of those it has verified."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import func, select, update

from chassis.access import Scope
from chassis.errors import Fault, NotFound
from chassis.identifiers import uuid7
from services.access.domain.secrets import digest
from services.access.persistence.rows import (
    GroupMemberRow,
    GroupRow,
    IdentityRow,
    IdentitySessionRow,
    SessionRow,
    UserRow,
)
from services.access.usecases.create_user import CreateUser, create_user
from tests.support.services import SYSTEM, RunningService

Make = Callable[..., Awaitable[Any]]
ISSUER = "https://id.example.org"


async def sign_in(access: RunningService, nonce: str = "n1", *, create: bool = True, **given: Any) -> Any:
    """`given` says more of the person, or of the opening."""
    more = {name: given.pop(name) for name in ("sealed", "recheck_minutes", "sid") if name in given}
    person = {"issuer": ISSUER, "subject": "ada", "email": "ada@example.org", "name": "Ada"} | given
    opening = {"provider": "corp", "opened_by": nonce} | more
    asked = {"person": person, "opening": opening, "create": create, "client": {"address": "::1"}}
    return await access.ask("sign-in-oidc", asked, caller="gateway")


async def grants(access: RunningService, token: str) -> Any:
    return await access.ask("grants", {"kind": "session", "digest": digest(token)}, caller="gateway")


async def identity_grants(access: RunningService, **given: Any) -> Any:
    return await access.ask("identity-grants", {"issuer": ISSUER, "subject": "ada"} | given, caller="gateway")


async def rows(access: RunningService, row: type[Any]) -> list[Any]:
    async with access.database.read(SYSTEM) as session:
        return list(await session.scalars(select(row)))


async def change(access: RunningService, statement: Any) -> None:
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(statement)


async def make_due(access: RunningService) -> None:
    await change(access, update(IdentitySessionRow).values(recheck_at=func.now()))


QUESTIONS: dict[str, dict[str, Any]] = {
    "sign-in-oidc": {"person": {"issuer": ISSUER, "subject": "ada"}, "opening": {"provider": "c", "opened_by": "n"}},
    "session-rechecked": {"session_id": str(UUID(int=1))},
    "identity-session": {"token_digest": "0"},
    "end-identity-sessions": {"issuer": ISSUER, "subject": "ada"},
    "identity-grants": {"issuer": ISSUER, "subject": "ada"},
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_nobody_but_the_gateway_may_ask(access: RunningService, question: str) -> None:
    with pytest.raises(Fault, match="answered 403"):
        await access.ask(question, QUESTIONS[question], caller="incidents")


async def test_the_same_sign_in_opens_one_session(access: RunningService) -> None:
    assert "token" in await sign_in(access)
    assert await sign_in(access) == {"refused": "REPLAYED"}
    assert len(await rows(access, SessionRow)) == 1


async def test_two_replays_at_once_open_one_session(access: RunningService) -> None:
    await sign_in(access, "n0")
    told = await asyncio.gather(*(sign_in(access) for _ in range(4)), return_exceptions=True)

    assert len([each for each in told if isinstance(each, dict) and "token" in each]) == 1
    assert len(await rows(access, SessionRow)) == 2


async def test_a_refused_sign_in_changes_nothing(access: RunningService) -> None:
    assert await sign_in(access, create=False) == {"refused": "UNKNOWN_USER"}
    assert await sign_in(access, email="no address") == {"refused": "NOT_ALLOWED"}
    assert await sign_in(access, email=None) == {"refused": "UNVERIFIED_MAIL"}

    assert [await rows(access, row) for row in (UserRow, IdentityRow, SessionRow)] == [[], [], []]
    assert await access.events() == []


async def test_a_user_may_be_known_to_several_issuers(access: RunningService) -> None:
    first = await sign_in(access)
    second = await sign_in(access, "n2", issuer="https://other.example.org", subject="4711")

    assert first["user"] == second["user"]
    assert len(await rows(access, IdentityRow)) == 2


async def test_one_subject_at_two_issuers_is_not_one_user(access: RunningService) -> None:
    await sign_in(access)
    other = await sign_in(access, "n2", issuer="https://other.example.org", email="eve@example.org")

    assert other["user"]["id"] != (await sign_in(access, "n3"))["user"]["id"]


async def test_a_letter_that_becomes_anothers_small_one_links_nobody(access: RunningService, make_user: Make) -> None:
    """The sign for Kelvin becomes a k: the address of somebody else, at a mail server that tells them apart."""
    await make_user("Victim", "jack@example.org")
    told = await sign_in(access, email="jac\u212a@example.org")

    assert told == {"refused": "NOT_ALLOWED"}
    assert await rows(access, IdentityRow) == []


async def test_a_name_that_two_groups_have_means_neither(
    access: RunningService, make_user: Make, make_group: Make
) -> None:
    await make_user("Ada", "ada@example.org")
    await make_group(["incident.view"])
    await make_group(["incident.view"])
    await change(access, update(GroupRow).values(name="Staff"))
    with structlog.testing.capture_logs() as logs:
        await sign_in(access, managed=["Staff"], groups=["Staff"])

    assert await rows(access, GroupMemberRow) == []
    assert [(line["event"], line["groups"]) for line in logs] == [("oidc.groups_missing", ["Staff"])]


async def test_changed_memberships_are_told_and_unchanged_ones_are_not(
    access: RunningService, make_user: Make, make_group: Make
) -> None:
    ada, group = await make_user("Ada", "ada@example.org"), await make_group(["incident.view"])
    name = str(group.id)
    kinds: list[list[str]] = []
    for number, groups in enumerate(([name], [name], [])):
        before = len(await access.events())
        await sign_in(access, f"n{number}", managed=[name], groups=groups)
        told = (await access.events())[before:]
        kinds.append([event.type for event in told])
        assert all(event.data["user_ids"] == [str(ada.id)] for event in told)

    assert kinds == [["users.changed.v1", "grants.changed.v1"], [], ["users.changed.v1", "grants.changed.v1"]]


async def test_a_recheck_is_given_to_one_gateway_at_a_time(access: RunningService) -> None:
    token = (await sign_in(access, sealed="s", recheck_minutes=15))["token"]
    assert "recheck" not in await grants(access, token)
    await make_due(access)
    told = await asyncio.gather(*(grants(access, token) for _ in range(5)))

    [due] = [answer["recheck"] for answer in told if "recheck" in answer]
    assert (due["provider"], due["issuer"], due["subject"], due["sealed"]) == ("corp", ISSUER, "ada", "s")
    assert "recheck" not in await grants(access, token)


async def test_a_confirmed_session_goes_on_but_no_longer_than_sessions_may(access: RunningService) -> None:
    token = (await sign_in(access, sealed="s", recheck_minutes=15))["token"]
    [session] = await rows(access, SessionRow)
    assert session.expires_at - session.created_at == timedelta(minutes=75)

    async def confirm(minutes: int) -> timedelta:
        asked = {"session_id": str(session.id), "sealed": "t", "minutes": minutes}
        assert await access.ask("session-rechecked", asked, caller="gateway") == {"found": True}
        [found] = await rows(access, SessionRow)
        return timedelta(minutes=round((found.expires_at - found.created_at).total_seconds() / 60))

    assert [await confirm(minutes) for minutes in (30, 24 * 60)] == [timedelta(minutes=90), timedelta(hours=12)]
    assert [row.sealed for row in await rows(access, IdentitySessionRow)] == ["t"]
    assert (await grants(access, token))["actor"]["name"] == "Ada"


async def test_a_session_that_nobody_confirms_ends(access: RunningService) -> None:
    token = (await sign_in(access, sealed="s", recheck_minutes=15))["token"]
    await change(access, update(SessionRow).values(expires_at=SessionRow.expires_at - timedelta(minutes=76)))

    with pytest.raises(NotFound):
        await grants(access, token)


async def test_a_session_that_the_provider_takes_back_ends_and_everybody_hears_of_it(access: RunningService) -> None:
    signed_in = await sign_in(access, sealed="s", recheck_minutes=15)
    [session] = await rows(access, SessionRow)
    asked = {"session_id": str(session.id), "ended": True}
    assert await access.ask("session-rechecked", asked, caller="gateway") == {"found": True}
    assert await access.ask("session-rechecked", asked, caller="gateway") == {"found": False}

    assert await rows(access, IdentitySessionRow) == []
    with pytest.raises(NotFound):
        await grants(access, signed_in["token"])
    last = (await access.events())[-1]
    assert (last.type, last.data) == ("session.ended.v1", {"user_id": signed_in["user"]["id"]})


@pytest.mark.parametrize(
    ("asked", "ended"),
    [
        ({"subject": "ada"}, 2),
        ({"sid": "s1"}, 1),
        ({"subject": "ada", "sid": "s2"}, 1),
        ({"subject": "eve", "sid": "s1"}, 0),
        ({"subject": "ada", "issuer": "https://other.example.org"}, 0),
        ({}, 0),
    ],
)
async def test_a_provider_ends_the_sessions_it_names(access: RunningService, asked: dict[str, str], ended: int) -> None:
    for number in (1, 2):
        await sign_in(access, f"n{number}", sid=f"s{number}")

    told = await access.ask("end-identity-sessions", {"issuer": ISSUER} | asked, caller="gateway")
    assert (told, len(await rows(access, SessionRow))) == ({"ended": ended}, 2 - ended)


async def test_signing_out_takes_along_what_is_kept_of_the_provider(access: RunningService) -> None:
    token = (await sign_in(access, sealed="s"))["token"]
    kept = await access.ask("identity-session", {"token_digest": digest(token)}, caller="gateway")
    assert (kept["provider"], kept["sealed"]) == ("corp", "s")

    await access.ask("sign-out", {"token_digest": digest(token)}, caller="gateway")
    assert await rows(access, IdentitySessionRow) == []
    with pytest.raises(NotFound):
        await access.ask("identity-session", {"token_digest": digest(token)}, caller="gateway")


async def test_a_bearer_has_the_rights_of_the_linked_user(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make
) -> None:
    company, ada = await make_company(), await make_user("Ada", "ada@example.org")
    await make_group(["incident.view", "incident.add"], [company], [ada])
    await sign_in(access)

    told = await identity_grants(access)
    assert told["actor"] == {"id": str(ada.id), "kind": "user", "name": "Ada", "locale": "en"}
    assert Scope.from_claims(told["scope"]).permissions.keys() == {"incident.view", "incident.add"}
    narrowed = await identity_grants(access, permissions=["incident.view", "incident.delete", "openid"])
    assert Scope.from_claims(narrowed["scope"]).permissions == {"incident.view": frozenset({company.id})}
    assert Scope.from_claims((await identity_grants(access, permissions=[]))["scope"]).permissions == {}


async def test_a_bearer_nobody_is_linked_to_is_found_by_mail_where_that_is_said(
    access: RunningService, make_user: Make
) -> None:
    ada = await make_user("Ada", "ada@example.org")
    with pytest.raises(NotFound):
        await identity_grants(access)

    assert (await identity_grants(access, email="ADA@example.org"))["actor"]["id"] == str(ada.id)
    assert await rows(access, IdentityRow) == []


async def test_by_mail_nobody_becomes_another_subject_nor_a_service_account(access: RunningService) -> None:
    await sign_in(access)
    async with access.database.work(SYSTEM) as work:
        await create_user(CreateUser(email="bot@example.org", name="Bot", service_account=True), work)
    for email in ("ada@example.org", "bot@example.org"):
        with pytest.raises(NotFound):
            await identity_grants(access, subject="eve", email=email)

    named = await identity_grants(access, subject="eve", email="bot@example.org", named=True)
    assert named["actor"]["kind"] == "service_account"


async def test_a_bearer_of_an_inactive_user_is_nobody(access: RunningService) -> None:
    await sign_in(access)
    await change(access, update(UserRow).values(active=False))

    with pytest.raises(NotFound):
        await identity_grants(access)
    assert await sign_in(access, "n2") == {"refused": "NOT_ALLOWED"}


async def test_a_link_to_nobody_there_is_none(access: RunningService) -> None:
    with pytest.raises(NotFound):
        await identity_grants(access, subject=str(uuid7()), email="nobody@example.org", named=True)
