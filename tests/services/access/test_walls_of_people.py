"""Row-level security alone, round what belongs to users: keys, sessions, identities, and who is in which group."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from chassis.access import EVERY_COMPANY, Actor
from chassis.identifiers import uuid7
from services.access.persistence.rows import (
    ApiKeyRow,
    GroupMemberRow,
    IdentityRow,
    SessionRow,
    UserRow,
)
from services.access.persistence.sessions import Origin, add_session
from tests.support.services import SYSTEM, RunningService, user

Make = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class People:
    """Ada works in one company, Bob in another; Carl, whom Ada made, nowhere."""

    here: UUID
    there: UUID
    ada: UUID
    bob: UUID
    carl: UUID
    groups: dict[UUID, UUID]

    def manager(self, *companies: UUID) -> Actor:
        return user({"access.manage": companies}, id=self.ada)


@pytest.fixture
async def people(access: RunningService, make_company: Make, make_user: Make, make_group: Make) -> People:
    here, there = await make_company(), await make_company()
    ada, bob, carl = await make_user("Ada"), await make_user("Bob"), await make_user("Carl")
    groups = {
        person.id: (await make_group(["incident.view"], [company], [person])).id
        for person, company in ((ada, here), (bob, there))
    }
    async with access.database.work(SYSTEM) as work:
        await work.session.execute(update(UserRow).where(UserRow.id == carl.id).values(created_by_id=ada.id))
        for person in (ada, bob, carl):
            work.session.add(_key(person.id))
            add_session(person.id, uuid7().hex, Origin(), timedelta(hours=1), work.session)
            work.session.add(
                IdentityRow(issuer="i", subject=str(person.id), user_id=person.id, last_sign_in_at=datetime.now(UTC))
            )
    return People(here.id, there.id, ada.id, bob.id, carl.id, groups)


def _key(owner: UUID) -> ApiKeyRow:
    return ApiKeyRow(
        id=uuid7(), user_id=owner, name="Key", prefix=uuid7().hex, digest="", created_by_id=owner, version=1
    )  # fmt: skip


async def owners(access: RunningService, actor: Actor, row: type[Any]) -> set[UUID]:
    async with access.database.read(actor) as session:
        return set(await session.scalars(select(row.user_id)))


async def changed(access: RunningService, actor: Actor, statement: Any) -> int:
    """How many rows; none where it is refused."""
    try:
        async with access.database.work(actor) as work:
            result = await work.session.execute(statement)
            assert isinstance(result, CursorResult)
            return result.rowcount
    except DBAPIError as error:
        if "row-level security" in str(error):
            return 0
        raise


@pytest.mark.parametrize("row", [ApiKeyRow, SessionRow])
async def test_keys_and_sessions_are_there_for_their_users_and_who_cares_for_them(
    access: RunningService, people: People, row: type[Any]
) -> None:
    ada, bob, carl = people.ada, people.bob, people.carl

    assert await owners(access, user(id=ada), row) == {ada}
    assert await owners(access, user({"incident.view": EVERY_COMPANY}, id=ada), row) == {ada}
    assert await owners(access, people.manager(people.here), row) == {ada, carl}
    assert await owners(access, user({"access.manage": [people.here]}), row) == {ada}
    assert await owners(access, user({"access.manage": [people.there]}), row) == {bob}
    assert await owners(access, user({"access.manage": EVERY_COMPANY}), row) == {ada, bob, carl}


async def test_identities_are_there_for_who_manages_everything_only(access: RunningService, people: People) -> None:
    assert await owners(access, people.manager(people.here, people.there), IdentityRow) == set()
    assert len(await owners(access, user({"access.manage": EVERY_COMPANY}), IdentityRow)) == 3


async def test_users_and_what_is_theirs_are_changed_by_who_cares_for_them_only(
    access: RunningService, people: People
) -> None:
    rename = update(UserRow).values(name="Mine")
    revoke = update(ApiKeyRow).values(revoked_at=func.now())
    for statement in (rename, revoke):
        assert await changed(access, people.manager(people.here), statement) == 2
        assert await changed(access, user({"access.manage": [people.there]}), statement) == 1
        assert await changed(access, user({"incident.edit": EVERY_COMPANY}), statement) == 0
    assert await changed(access, people.manager(people.here), delete(UserRow)) == 0
    assert await changed(access, people.manager(people.here), delete(SessionRow)) == 2
    assert await changed(access, people.manager(people.here), update(UserRow).values(created_by_id=uuid7())) == 0


async def test_nobody_makes_a_key_or_a_session_of_somebody_else(access: RunningService, people: People) -> None:
    values = {"id": uuid7(), "user_id": people.bob, "name": "k", "prefix": "p", "digest": "d", "version": 1}
    key = insert(ApiKeyRow).values(values | {"created_by_id": people.ada})
    session = insert(SessionRow).values(
        id=uuid7(), user_id=people.ada, digest="d", agent="", address="", last_used_at=func.now(), expires_at=func.now()
    )

    assert await changed(access, people.manager(people.here), key) == 0
    assert await changed(access, people.manager(people.here), session) == 0
    assert await changed(access, people.manager(people.there), key) == 1


async def test_members_come_and_go_by_who_manages_a_company_of_the_group(
    access: RunningService, people: People
) -> None:
    into = insert(GroupMemberRow).values(group_id=people.groups[people.bob], user_id=people.ada)

    assert await changed(access, people.manager(people.here), into) == 0
    assert await changed(access, people.manager(people.here), delete(GroupMemberRow)) == 1
    assert await changed(access, people.manager(people.there), into) == 1
    assert await changed(access, user({"incident.view": EVERY_COMPANY}), delete(GroupMemberRow)) == 0
