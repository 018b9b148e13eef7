"""Copies of others' things: resumed snapshots, versions that never go back, look-ups on a miss; and who may ask."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import pytest
import structlog
from pydantic import BaseModel
from sqlalchemy import select

from chassis import projections as projections_module
from chassis.access import EVERY_COMPANY, Actor
from chassis.auth import IDENTITY_HEADER, SUBGRAPHS, Keyring, Signer, Verifier
from chassis.database import Database
from chassis.engine import new_engine
from chassis.errors import Fault, Invalid, NotFound
from chassis.identifiers import uuid7
from chassis.internal import InternalRoutes
from chassis.peers import Peer
from chassis.projections import Projection
from chassis.publication import Lookup, Row, SnapshotPage
from chassis.telemetry import configure_logs
from chassis.transport import InProcessTransport
from deploy.local.provision import DatabaseUrls
from tests.support.things import WALLS, ThingRef

MakeSigner = Callable[[str], Signer]
EVERYWHERE = Actor.system("test", EVERY_COMPANY)


@dataclass
class Owner:
    """A service that publishes things, and counts what it is asked."""

    rows: dict[UUID, Row] = field(default_factory=dict)
    pages: list[UUID | None] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    fails_at_page: int | None = None
    away: bool = False

    def has(self, *codes: str, version: int = 1) -> list[UUID]:
        ids = [uuid7() for _ in codes]
        for id_, code in zip(ids, codes, strict=True):
            self.tell(id_, code, version)
        return ids

    def tell(self, id_: UUID, code: str, version: int) -> None:
        seen = "2026-01-02T03:04:05+01:00"
        self.rows[id_] = {"id": id_, "version": version, "code": code, "seen_at": seen, "more": "not for you"}

    async def page(self, asked: SnapshotPage) -> list[Row]:
        self.pages.append(asked.after)
        if self.away or len(self.pages) == self.fails_at_page:
            raise Fault("things", "is away")
        return [self.rows[key] for key in sorted(self.rows) if asked.after is None or key > asked.after][: asked.limit]

    async def find(self, asked: Lookup) -> list[Row]:
        self.lookups.append(asked)
        if self.away:
            raise Fault("things", "is away")
        return [row for row in self.rows.values() if row["id"] in asked.ids or row["code"] in asked.codes]


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def peer(owner: Owner, keyring: Keyring, signer: MakeSigner) -> Peer:
    routes = InternalRoutes(Verifier(keyring, "things"))
    routes.publish("thing", owner, callers=["incidents"])
    return Peer("things", "http://things", _mounted(routes), signer("incidents"))


@pytest.fixture
def projection(peer: Peer, database: Database) -> Projection:
    return Projection("thing", ThingRef, peer, database)


def _mounted(routes: InternalRoutes) -> InProcessTransport:
    """At /internal, as chassis/asgi.py does."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        inside = {**scope, "path": scope["path"].removeprefix("/internal"), "root_path": ""}
        await routes.router(inside, receive, send)

    return InProcessTransport({"things": application})


async def copies(database: Database) -> dict[str, int]:
    async with database.read(EVERYWHERE) as session:
        return {row.code: row.version for row in await session.scalars(select(ThingRef))}


async def test_a_snapshot_is_taken_whole_page_by_page_and_once(
    projection: Projection, owner: Owner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections_module, "_PAGE", 2)
    ids = owner.has("a", "b", "c", "d", "e")
    await projection.fill()
    await projection.fill()
    assert await copies(database) == dict.fromkeys("abcde", 1)
    assert owner.pages == [None, ids[1], ids[3]]


async def test_a_snapshot_goes_on_where_it_was_interrupted_also_in_another_process(
    projection: Projection, peer: Peer, owner: Owner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections_module, "_PAGE", 2)
    ids = owner.has("a", "b", "c", "d", "e")
    owner.fails_at_page = 3
    with pytest.raises(Fault):
        await projection.fill()
    assert set(await copies(database)) == set("abcd")
    await Projection("thing", ThingRef, peer, database).fill()
    assert set(await copies(database)) == set("abcde")
    assert owner.pages == [None, ids[1], ids[3], ids[3]]


async def test_a_snapshot_that_ends_with_a_full_page_is_finished_by_an_empty_one(
    projection: Projection, owner: Owner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections_module, "_PAGE", 2)
    owner.has("a", "b")
    await projection.fill()
    await projection.fill()
    assert len(owner.pages) == 2
    assert set(await copies(database)) == {"a", "b"}


async def test_an_older_version_never_overwrites_a_newer_one(
    projection: Projection, owner: Owner, database: Database
) -> None:
    (id_,) = owner.has("new", version=5)
    await projection.refresh([id_])
    owner.tell(id_, "older", 4)
    await projection.refresh([id_])
    await projection.fill()
    assert await copies(database) == {"new": 5}
    owner.tell(id_, "newest", 6)
    await projection.refresh([id_])
    assert await copies(database) == {"newest": 6}


async def test_a_thing_told_twice_at_once_is_stored_with_its_newest_version(
    projection: Projection, database: Database
) -> None:
    row = {"id": str(uuid7()), "version": 1, "code": "old", "seen_at": None}
    async with database.work(EVERYWHERE) as work:
        await projection.store([row, row | {"version": 2, "code": "new"}, row], work.session)
    assert await copies(database) == {"new": 2}


async def test_times_and_missing_values_arrive(projection: Projection, owner: Owner, database: Database) -> None:
    (id_,) = owner.has("a")
    await projection.ensure([id_])
    async with database.read(EVERYWHERE) as session:
        copy = await session.get(ThingRef, id_)
    assert copy is not None
    assert copy.seen_at is not None
    assert copy.seen_at.isoformat() == "2026-01-02T02:04:05+00:00"


async def test_on_a_miss_only_the_missing_are_asked_for(
    projection: Projection, owner: Owner, database: Database
) -> None:
    first, second = owner.has("a", "b")
    await projection.ensure([first])
    await projection.ensure([first, second])
    await projection.ensure([first, second])
    assert [asked.ids for asked in owner.lookups] == [[first], [second]]
    assert await copies(database) == {"a": 1, "b": 1}


async def test_what_nobody_knows_stays_absent_and_is_asked_again(projection: Projection, owner: Owner) -> None:
    unknown = uuid7()
    await projection.ensure([unknown])
    await projection.ensure([unknown])
    assert len(owner.lookups) == 2


async def test_codes_are_looked_up_on_a_miss(projection: Projection, owner: Owner, database: Database) -> None:
    owner.has("a", "b", "c")
    await projection.ensure_codes(["a"])
    await projection.ensure_codes(["b", "a", "nowhere"])
    await projection.ensure_codes(["a", "b"])
    assert [asked.codes for asked in owner.lookups] == [["a"], ["b", "nowhere"]]
    assert set(await copies(database)) == {"a", "b"}


async def test_nothing_is_asked_for_nothing(projection: Projection, owner: Owner) -> None:
    await projection.ensure([])
    await projection.ensure_codes([])
    await projection.refresh([])
    assert owner.lookups == []


async def test_a_large_question_is_asked_in_pages(
    projection: Projection, owner: Owner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projections_module, "_PAGE", 2)
    await projection.refresh(owner.has("a", "b", "c", "d", "e"))
    assert [len(asked.ids) for asked in owner.lookups] == [2, 2, 1]
    assert set(await copies(database)) == set("abcde")


async def test_an_owner_that_is_away_is_a_fault_and_nothing_is_stored(
    projection: Projection, owner: Owner, database: Database
) -> None:
    ids, owner.away = owner.has("a"), True
    for work in (projection.fill(), projection.ensure(ids), projection.ensure_codes(["a"]), projection.refresh(ids)):
        with pytest.raises(Fault) as caught:
            await work
        assert caught.value.service == "things"
    assert await copies(database) == {}


async def test_inside_a_unit_of_work_a_refresh_shares_its_connection_and_its_fate(
    peer: Peer, owner: Owner, database: Database, thing_urls: DatabaseUrls
) -> None:
    single = Database(new_engine(thing_urls.app, connections=1, waiting_seconds=0.05), WALLS)
    projection = Projection("thing", ThingRef, peer, single)
    ids = owner.has("a")

    async def fail() -> None:
        async with single.work(EVERYWHERE) as work:
            await projection.refresh(ids, work.session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await copies(database) == {}
    async with single.work(EVERYWHERE) as work:
        await projection.refresh(ids, work.session)
    assert await copies(database) == {"a": 1}
    await single.close()


async def test_a_second_connection_inside_a_unit_of_work_ends_with_a_fault_and_not_with_a_hang(
    peer: Peer, owner: Owner, database: Database, thing_urls: DatabaseUrls
) -> None:
    small = Database(new_engine(thing_urls.app, connections=2, waiting_seconds=0.05), WALLS)
    projection = Projection("thing", ThingRef, peer, small)
    ids, barrier = owner.has("a", "b"), asyncio.Barrier(2)

    async def work_and_ask(id_: UUID) -> None:
        async with small.work(EVERYWHERE):
            await barrier.wait()
            await projection.ensure([id_])

    outcomes = await asyncio.gather(*map(work_and_ask, ids), return_exceptions=True)
    assert any(isinstance(outcome, Fault) for outcome in outcomes)
    assert all(outcome is None or isinstance(outcome, Fault) for outcome in outcomes)
    await small.ping()
    await small.close()


# Who may ask, and what is told when something goes wrong.


class Question(BaseModel):
    how: str


async def _answer(question: Question) -> Any:
    outcomes: dict[str, Exception] = {
        "absent": NotFound("The thing"),
        "refused": Invalid("No."),
        "fault": Fault("database", "is away"),
        "bug": KeyError("secret detail"),
    }
    if question.how in outcomes:
        raise outcomes[question.how]
    return {"how": question.how, "request": structlog.contextvars.get_contextvars()["request_id"]}


@pytest.fixture
def post(keyring: Keyring, signer: MakeSigner) -> Callable[..., Any]:
    routes = InternalRoutes(Verifier(keyring, "things"))
    routes.on("ask", callers=["incidents"], reads=Question, answer=_answer)
    transport = _mounted(routes)

    async def send(body: bytes = b'{"how": "well"}', *, identity: str | None = None, question: str = "ask") -> Any:
        token = signer("incidents").sign("things", {}) if identity is None else identity
        headers = {IDENTITY_HEADER: token, "x-request-id": "r-5"} if token else {}
        return await transport.post(f"http://things/internal/{question}", body, headers, timeout=20)

    return send


async def test_a_caller_on_the_list_is_answered(post: Callable[..., Any]) -> None:
    answer = await post()
    assert (answer.status, orjson.loads(answer.body)) == (200, {"how": "well", "request": "r-5"})


async def test_others_are_refused_before_their_question_is_read(post: Callable[..., Any], signer: MakeSigner) -> None:
    others = {
        "no identity": "",
        "nonsense": "x.y.z",
        "not on the list": signer("files").sign("things", {}),
        "the gateway itself": signer("gateway").sign("things", {}),
        "for another service": signer("incidents").sign("access", {}),
        "a user's context": signer("gateway").sign(SUBGRAPHS, {"sub": str(uuid7())}),
    }
    for identity in others.values():
        for body in (b'{"how": "well"}', b"nonsense"):
            answer = await post(body, identity=identity)
            assert (answer.status, answer.body) == (403, b"")


@pytest.mark.parametrize(("how", "status"), [("absent", 404), ("refused", 422), ("fault", 503), ("bug", 500)])
async def test_what_goes_wrong_is_told_by_the_status(how: str, status: int, post: Callable[..., Any]) -> None:
    log = io.StringIO()
    configure_logs(output=log)
    answer = await post(orjson.dumps({"how": how}))
    assert answer.status == status
    assert b"secret" not in answer.body
    if how == "bug":
        (line,) = map(orjson.loads, log.getvalue().splitlines())
        assert (line["event"], line["question"], line["request_id"]) == ("bug", "ask", "r-5")
        assert "KeyError" in line["exception"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"how": 7}'])
async def test_a_question_of_another_shape_is_unprocessable(body: bytes, post: Callable[..., Any]) -> None:
    assert (await post(body)).status == 422


async def test_a_question_nobody_answers_is_absent(post: Callable[..., Any]) -> None:
    assert (await post(question="other")).status == 404


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_page_has_a_sensible_length(limit: int, peer: Peer, owner: Owner) -> None:
    with pytest.raises(Fault, match="422"):
        await peer.ask("snapshots/thing", {"limit": limit})
    assert owner.pages == []


async def test_a_peer_signs_anew_before_its_token_expires(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    first = peer._identity()
    assert peer._identity() is first
    monkeypatch.setattr("chassis.peers.time.time", lambda: peer._renew_at)
    assert peer._identity() is not first
