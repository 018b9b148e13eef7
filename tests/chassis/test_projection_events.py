"""What events and questions do to the rows of a projection."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from chassis.access import EVERY_COMPANY, Actor
from chassis.auth import Signer
from chassis.database import Database
from chassis.errors import Fault
from chassis.identifiers import uuid7
from chassis.peers import Peer
from chassis.projections import Projection
from chassis.transport import InProcessTransport
from tests.support.services import Published
from tests.support.things import ThingRef

ACTOR = Actor.system("test", EVERY_COMPANY)
A, B, C = (uuid7() for _ in range(3))


@pytest.fixture
def owner() -> Published:
    return Published(thing=[])


@pytest.fixture
def transport(owner: Published) -> InProcessTransport:
    return InProcessTransport({"things": owner})


@pytest.fixture
def things(database: Database, transport: InProcessTransport, signer: Callable[[str], Signer]) -> Projection:
    return Projection("thing", ThingRef, Peer("things", "http://things", transport, signer("files")), database)


def row(id: UUID, version: int, code: str) -> dict[str, Any]:
    return {"id": str(id), "version": version, "code": code, "seen_at": None}


async def keep(things: Projection, database: Database, *rows: dict[str, Any]) -> None:
    async with database.work(ACTOR) as work:
        await things.store(rows, work.session)


async def apply(things: Projection, database: Database, id: UUID, version: int, **changes: Any) -> None:
    async with database.work(ACTOR) as work:
        await things.apply(id, version, changes, work.session)


async def kept(database: Database) -> dict[UUID, tuple[int, str]]:
    async with database.read(ACTOR) as session:
        return {each.id: (each.version, each.code) for each in await session.scalars(select(ThingRef))}


async def test_a_newer_event_changes_its_columns_and_the_version(
    things: Projection, database: Database, owner: Published
) -> None:
    await keep(things, database, row(A, 1, "a"), row(B, 1, "b"))

    await apply(things, database, A, 2, code="changed")
    await apply(things, database, A, 3)

    assert await kept(database) == {A: (3, "changed"), B: (1, "b")}
    assert owner.asked == []


@pytest.mark.parametrize("version", [1, 2])
async def test_an_older_or_repeated_event_changes_nothing(
    things: Projection, database: Database, owner: Published, version: int
) -> None:
    await keep(things, database, row(A, 2, "a"))

    await apply(things, database, A, version, code="older")

    assert await kept(database) == {A: (2, "a")}
    assert owner.asked == []


async def test_an_event_of_something_unknown_asks_the_owner_who_knows_more_than_it(
    things: Projection, database: Database, owner: Published
) -> None:
    owner.rows["thing"] = [row(A, 7, "as it is now")]

    await apply(things, database, A, 5, code="as it was")

    assert await kept(database) == {A: (7, "as it is now")}
    assert owner.asked == ["lookups/thing"]


async def test_what_the_owner_does_not_know_either_stays_absent(things: Projection, database: Database) -> None:
    await apply(things, database, A, 5, code="as it was")

    assert await kept(database) == {}


async def test_an_event_that_cannot_ask_its_owner_fails_and_leaves_nothing(
    things: Projection, database: Database, transport: InProcessTransport
) -> None:
    del transport.applications["things"]

    with pytest.raises(Fault):
        await apply(things, database, A, 5)

    assert await kept(database) == {}


async def test_only_what_is_not_found_is_asked_of_the_owner(
    things: Projection, database: Database, owner: Published
) -> None:
    await keep(things, database, row(A, 1, "a"))
    owner.rows["thing"] = [row(B, 1, "b")]
    searched: list[set[UUID]] = []

    async def find(ids: Collection[UUID]) -> dict[UUID, str]:
        searched.append(set(ids))
        async with database.read(ACTOR) as session:
            found = await session.scalars(select(ThingRef).where(ThingRef.id == func.any(list(ids))))
            return {each.id: each.code for each in found}

    assert await things.find_through(find, [A, B, C]) == ["a", "b", None]
    assert await things.find_through(find, [B, A]) == ["b", "a"]
    assert searched == [{A, B, C}, {B, C}, {A, B}]
    assert owner.asked == ["lookups/thing"]


async def test_a_silent_owner_is_a_fault_for_the_unknown_only(
    things: Projection, database: Database, transport: InProcessTransport
) -> None:
    del transport.applications["things"]

    async def find(ids: Collection[UUID]) -> dict[UUID, str]:
        return {A: "a"} if A in ids else {}

    known, unknown = await things.find_through(find, [A, B])

    assert known == "a"
    assert isinstance(unknown, Fault)


async def test_what_only_happened_is_written_at_the_end_with_the_newest_number(
    things: Projection, database: Database, owner: Published
) -> None:
    await keep(things, database, row(A, 1, "a"), row(B, 5, "b"))
    owner.rows["thing"] = [row(C, 3, "c")]

    async with database.work(ACTOR) as work:
        for subject, version in ((A, 2), (A, 4), (A, 3), (B, 4), (C, 2)):
            things.follow(subject, version, work)
        await things.apply(A, 3, {"code": "changed"}, work.session)

    assert await kept(database) == {A: (4, "changed"), B: (5, "b"), C: (3, "c")}
    assert len(owner.asked) == 1


async def test_what_is_followed_takes_two_statements_however_much_it_is(things: Projection, database: Database) -> None:
    ids = [uuid7() for _ in range(20)]
    await keep(things, database, *(row(each, 1, "x") for each in ids))
    seen: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    async with database.work(ACTOR) as work:
        for each in ids:
            things.follow(each, 2, work)

    assert len([statement for statement in seen if "set_config" not in statement]) == 2
    assert {version for version, _ in (await kept(database)).values()} == {2}


async def test_what_was_followed_in_vain_is_not_written(things: Projection, database: Database) -> None:
    await keep(things, database, row(A, 1, "a"))

    async def stumble() -> None:
        async with database.work(ACTOR) as work:
            things.follow(A, 2, work)
            raise RuntimeError("poison")

    with pytest.raises(RuntimeError):
        await stumble()
    assert await kept(database) == {A: (1, "a")}
