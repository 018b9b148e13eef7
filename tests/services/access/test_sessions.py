from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from chassis.errors import NotFound
from chassis.identifiers import uuid7
from services.access.domain.secrets import digest
from services.access.persistence.rows import SessionRow, UserRow
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
LIST = """query ($first: Int! = 20, $after: String) {
  me { sessions(first: $first, after: $after) {
    nodes { id createdAt lastUsedAt expiresAt client current } totalCount pageInfo { hasNextPage endCursor }
  } }
}"""
END = "mutation ($id: ID!) { endSession(input: {id: $id}) { session { id } errors { code field } } }"
END_ALL = """mutation ($keep: Boolean!) {
  endAllSessions(input: {keepThis: $keep}) { user { id } ended errors { code } }
}"""


@pytest.fixture
async def ada(make_user: Make, password_hash: str) -> UserRow:
    made: UserRow = await make_user("Ada", "ada@example.org", password_hash)
    return made


async def sign_in(access: RunningService, agent: str = FIREFOX, email: str = "ada@example.org") -> tuple[str, Actor]:
    """The token, and who asks by it."""
    asked = {
        "email": email,
        "password": "a long enough password",
        "client": {"address": "192.0.2.7", "agent": agent},
    }
    told = await access.ask("sign-in", asked, caller="gateway")
    token = told["token"]
    credential = (await grants(access, token))["credential"]
    return token, replace(user(id=UUID(told["user"]["id"])), credential=UUID(credential))


async def grants(access: RunningService, token: str) -> Any:
    return await access.ask("grants", {"kind": "session", "digest": digest(token)}, caller="gateway")


async def sessions(access: RunningService, actor: Actor, **page: Any) -> Any:
    return (await access.data(LIST, actor, **page))["me"]["sessions"]


async def held(access: RunningService, *tokens: str) -> list[bool]:
    found = []
    for token in tokens:
        try:
            await grants(access, token)
            found.append(True)
        except NotFound:
            found.append(False)
    return found


async def test_one_sees_ones_own_sessions_the_newest_first(
    access: RunningService, ada: UserRow, make_user: Make, password_hash: str
) -> None:
    await make_user("Eve", "eve@example.org", password_hash)
    await sign_in(access, email="eve@example.org")
    _, first = await sign_in(access)
    token, second = await sign_in(access, agent="")
    found = await sessions(access, second)
    assert [(each["id"], each["client"], each["current"]) for each in found["nodes"]] == [
        (str(second.credential), "192.0.2.7", True),
        (str(first.credential), f"{FIREFOX}, 192.0.2.7", False),
    ]
    assert found["totalCount"] == 2
    async with access.database.read(SYSTEM) as session:
        row = await session.get_one(SessionRow, second.credential)
    assert token not in str(vars(row))
    assert (await sessions(access, user({"access.manage": EVERY_COMPANY})))["nodes"] == []


async def test_they_come_page_by_page_with_one_statement_each(access: RunningService, ada: UserRow) -> None:
    actors = [(await sign_in(access))[1] for _ in range(3)]
    seen, after = [], None
    for _ in range(3):
        with access.statements() as statements:
            answer = await access.data(LIST.replace("totalCount", ""), actors[0], first=1, after=after)
        found = answer["me"]["sessions"]
        assert len(statements) == 1
        seen.append(found["nodes"][0]["id"])
        after = found["pageInfo"]["endCursor"]
    assert seen == [str(actor.credential) for actor in reversed(actors)]
    assert not found["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize("column", ["expires_at", "last_used_at"])
async def test_what_is_over_is_not_listed(access: RunningService, ada: UserRow, column: str) -> None:
    _, actor = await sign_in(access)
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(SessionRow).values({column: func.now() - func.make_interval(0, 0, 0, 0, 1)}))
    assert (await sessions(access, actor))["nodes"] == []


async def test_ending_one_leaves_the_others_and_tells_gateways(access: RunningService, ada: UserRow) -> None:
    mine, actor = await sign_in(access)
    other, elsewhere = await sign_in(access)
    before = len(await access.events())
    ended = await access.data(END, actor, id=str(elsewhere.credential))
    assert ended == {"endSession": {"session": {"id": str(elsewhere.credential)}, "errors": []}}
    assert await held(access, mine, other) == [True, False]
    (event,) = (await access.events())[before:]
    assert (event.type, event.subject, event.data) == (
        "session.ended.v1",
        elsewhere.credential,
        {"user_id": str(ada.id)},
    )


async def test_somebody_elses_session_is_as_absent_as_none(
    access: RunningService, ada: UserRow, make_user: Make, password_hash: str
) -> None:
    await make_user("Eve", "eve@example.org", password_hash)
    token, actor = await sign_in(access)
    _, eve = await sign_in(access, email="eve@example.org")
    before = len(await access.events())
    everything = replace(user({"access.manage": EVERY_COMPANY}), credential=eve.credential)
    for stranger in (eve, everything):
        foreign = await access.data(END, stranger, id=str(actor.credential))
        assert foreign == await access.data(END, stranger, id=str(uuid7()))
        assert foreign["endSession"] == {"session": None, "errors": [{"code": "NOT_FOUND", "field": ["id"]}]}
    assert await held(access, token) == [True]
    assert len(await access.events()) == before


@pytest.mark.parametrize(("keep", "left"), [(True, [True, False, False]), (False, [False, False, False])])
async def test_signing_out_everywhere_keeps_this_one_if_wanted(
    access: RunningService, ada: UserRow, make_user: Make, password_hash: str, keep: bool, left: list[bool]
) -> None:
    await make_user("Eve", "eve@example.org", password_hash)
    foreign, _ = await sign_in(access, email="eve@example.org")
    signed_in = [await sign_in(access) for _ in range(3)]
    before = len(await access.events())
    told = (await access.data(END_ALL, signed_in[0][1], keep=keep))["endAllSessions"]
    assert told == {"user": {"id": str(ada.id)}, "ended": left.count(False), "errors": []}
    assert await held(access, *(token for token, _ in signed_in)) == left
    assert await held(access, foreign) == [True]
    (event,) = (await access.events())[before:]
    assert (event.type, event.data) == ("grants.changed.v1", {"user_ids": [str(ada.id)]})


async def test_a_name_for_a_program_that_is_too_long_is_cut(access: RunningService, ada: UserRow) -> None:
    await sign_in(access, agent="x" * 1_000)
    async with access.database.read(SYSTEM) as session:
        assert await session.scalar(select(func.length(SessionRow.agent))) == 300
