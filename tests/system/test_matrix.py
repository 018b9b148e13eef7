"""What must not be seen is not seen: everything in the graph, asked by everybody, of everybody's things.

Every text of a foreign company is a canary, and every text of an incident that is restricted within an own one. No byte
that a caller without rights there receives may hold one, what is foreign or restricted is answered like what never was,
and a mutation of it writes nothing. Here a sample of the matrix is asked, and all of it by `make walls`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import pytest
from graphql import GraphQLSchema, build_schema
from sqlalchemy import true

from chassis.access import EVERY_COMPANY
from chassis.runtime import Runtime
from deploy.composition import SUPERGRAPH
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from gateway.supergraph import read_supergraph
from services.access.persistence.users import Users
from tests.support.forgotten import forget_conditions
from tests.support.matrix import PART, questions
from tests.support.matrix_builder import ENTRIES
from tests.support.matrix_plan import SEED, chosen, mutations, queries, subscriptions
from tests.support.matrix_probes import Probe, Prober, open_wide
from tests.support.matrix_values import NoValueError
from tests.support.matrix_world import MIXED, World
from tests.support.open_walls import leave_the_tables_alone, let_everything_through, open_the_tables
from tests.support.row_digests import digests, settled

MOST_QUERIES: Final = 200
MOST_MUTATIONS: Final = 200
MOST_LISTENING: Final = 10
MOST_ALONE: Final = 60  # of each kind, for each wall
LONGEST: Final = 24 * 3600 if PART else 300  # a busy machine takes minutes for hundreds of large answers
NOSY: Final = ("manager", "officer", "partial", "narrowed", "reader")
_TELLING: Final = {
    "me",
    "company",
    "users",
    "groups",
    "guidePage",
    "directoryEntry",
    "accessChanges",
    "file",
    "incident",
    "mailMessage",
    "incidentMail",
    "webhook",
    "mailTemplates",
}  # each canary is in one of them


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return read_supergraph(SUPERGRAPH.read_text(encoding="utf-8")).public


@pytest.fixture(scope="module")
def asking(schema: GraphQLSchema, world: World) -> Sequence[Sequence[Probe]]:
    """Made once: that takes seconds."""
    return queries(schema, world)


@pytest.fixture(scope="module")
def changing(schema: GraphQLSchema, world: World) -> Sequence[Sequence[Probe]]:
    return mutations(schema, world)


@pytest.fixture(scope="module")
def listening(schema: GraphQLSchema, world: World) -> Sequence[Sequence[Probe]]:
    return subscriptions(schema, world)


@pytest.fixture(scope="module")
def prober(system: AllInOne, surroundings: Surroundings, world: World) -> Prober:
    open_wide(system, surroundings)
    return Prober(system, world)


@pytest.fixture
def ask_all(prober: Prober, capsys: pytest.CaptureFixture[str]) -> Callable[..., Awaitable[list[str]]]:
    """What is wrong with the answers to all of the probes; prints what they were."""

    async def ask_all(probes: Sequence[Probe], of: Sequence[Sequence[Probe]], *, alone: bool = False) -> list[str]:
        requests, paths = prober.requests, prober.paths
        found = await judged(prober, probes, alone=alone)
        with capsys.disabled():
            told = f"{len(probes)} of {sum(map(len, of))} probes, {PART or f'seed {SEED}'}"
            asked = f"{prober.requests - requests} requests for {prober.paths - paths} fields"
            print(f" {told}: {asked} ", end="", flush=True)  # noqa: T201  # what this run covers
        return found

    return ask_all


async def judged(prober: Prober, probes: Sequence[Probe], *, alone: bool = False) -> list[str]:
    return [found for probe in probes for found in await prober.complaints(probe, alone=alone)]


AskAll: TypeAlias = Callable[..., Awaitable[list[str]]]


def test_an_argument_without_a_value_to_try_is_told(world: World) -> None:
    new = build_schema("type Query { incident(riddle: Riddle): Incident } type Incident { id: ID } scalar Riddle")

    with pytest.raises(NoValueError, match="nothing to try for 'riddle' of the type Riddle"):
        list(world.questions(new, "query", "own"))


@asynccontextmanager
async def unchanged(runtimes: Mapping[str, Runtime]) -> AsyncIterator[None]:
    """Asserts that no table of any service holds anything else afterwards."""
    await settled(runtimes)
    before = await digests(runtimes)
    yield
    await settled(runtimes)
    assert await digests(runtimes) == before


@pytest.mark.timeout(LONGEST)
async def test_no_query_shows_what_is_foreign_or_that_it_is_there(
    asking: Sequence[Sequence[Probe]], ask_all: AskAll
) -> None:
    assert await ask_all(chosen(asking, MOST_QUERIES), asking) == []


@pytest.mark.timeout(LONGEST)
async def test_no_mutation_touches_what_is_foreign_or_tells_that_it_is_there(
    changing: Sequence[Sequence[Probe]], ask_all: AskAll, system: AllInOne
) -> None:
    async with unchanged(system.runtimes):
        assert await ask_all(chosen(changing, MOST_MUTATIONS), changing) == []


@pytest.mark.timeout(LONGEST)
async def test_no_subscription_tells_what_is_foreign(
    listening: Sequence[Sequence[Probe]], ask_all: AskAll, prober: Prober
) -> None:
    manager = next(probe for group in listening for probe in group if probe.caller == "manager")
    assert b"incident.registered.v1" in await prober.bytes_of("manager", manager.question)
    assert await ask_all(chosen(listening, MOST_LISTENING, of=NOSY), listening) == []


@pytest.mark.timeout(LONGEST)
@pytest.mark.parametrize("taken", ["gateway", "gateway and tables", "gateway and services"])
async def test_the_other_walls_hold_without(
    taken: str,
    asking: Sequence[Sequence[Probe]],
    changing: Sequence[Sequence[Probe]],
    ask_all: AskAll,
    system: AllInOne,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named = [[probe for probe in group if probe.about in {"foreign", "restricted", MIXED}] for group in asking]
    alone = taken == "gateway and services"
    let_everything_through(monkeypatch)
    if alone:
        leave_the_tables_alone(monkeypatch)
    elif taken == "gateway and tables":
        open_the_tables(monkeypatch, system.runtimes)

    async with unchanged(system.runtimes):
        for probes in (named, changing):
            assert await ask_all(chosen(probes, MOST_ALONE, NOSY), probes, alone=alone) == []


@pytest.mark.timeout(LONGEST)
async def test_the_matrix_reaches_every_canary(
    schema: GraphQLSchema, world: World, prober: Prober, demo: dict[str, str]
) -> None:
    insiders = (demo["admin"], world.foreign.secret)
    asked = [each for each in questions(schema, "query", world.targets["foreign"], ENTRIES) if each.root in _TELLING]

    seen = b"".join([await prober.bytes_for(key, question) for key in insiders for question in asked]).lower()

    unseen = {canary for canary in world.foreign.ids | world.foreign.texts if canary.encode() not in seen}
    assert unseen == {"kanarien-registration"}  # an idempotency key, which is told to nobody


@pytest.mark.timeout(LONGEST)
async def test_the_matrix_reaches_every_canary_of_what_is_restricted(
    schema: GraphQLSchema, world: World, prober: Prober
) -> None:
    target = world.targets["restricted"]
    asked = [each for each in questions(schema, "query", target, ENTRIES) if each.root in _TELLING]

    seen = b"".join([await prober.bytes_for(world.keys["manager"], question) for question in asked]).lower()

    unseen = {canary for canary in world.restricted.ids | world.restricted.texts if canary.encode() not in seen}
    assert unseen == {"goldammer-registration"}


async def test_the_matrix_finds_incidents_that_leak(
    asking: Sequence[Sequence[Probe]], prober: Prober, system: AllInOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_conditions(monkeypatch)
    monkeypatch.setitem(system.runtimes["incidents"].database._walls, "view", lambda _: EVERY_COMPANY)

    found = await judged(prober, of(asking, "reader", "incident"))

    assert any("leaked 'kanarien-title'" in complaint for complaint in found)
    assert any("is not absent" in complaint for complaint in found)


async def test_the_matrix_finds_restricted_incidents_that_leak(
    asking: Sequence[Sequence[Probe]], prober: Prober, system: AllInOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_conditions(monkeypatch)
    monkeypatch.setitem(system.runtimes["incidents"].database._walls, "view_restricted", lambda _: EVERY_COMPANY)

    found = await judged(prober, of(asking, "officer", "incident"))

    assert any("leaked 'goldammer-title'" in complaint for complaint in found)
    assert any("is not absent" in complaint for complaint in found)


async def test_the_matrix_finds_users_that_leak(
    asking: Sequence[Sequence[Probe]], prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Users, "_managed", lambda _: true())

    found = await judged(prober, of(asking, "manager", "users"))

    assert any("leaked 'kanarien-workermail'" in complaint for complaint in found)


def of(probes: Sequence[Sequence[Probe]], caller: str, *roots: str) -> list[Probe]:
    return [probe for group in probes for probe in group if probe.caller == caller and probe.question.root in roots]
