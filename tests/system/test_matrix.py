"""What must not be seen is not seen: every path of the graph, asked by everybody, of everybody's things.

Every text of a foreign company is a canary, and every text of an incident that is restricted within an own one. No byte
that a caller without rights there receives may hold one, what is foreign or restricted is answered like what never was,
and a mutation of it writes nothing. A sample of the matrix is asked, chosen by
REGISTRY_MATRIX_SEED; REGISTRY_MATRIX_PROBES=all asks everything.
"""

import os
import random
from collections.abc import Sequence
from typing import Final

import orjson
import pytest
from graphql import GraphQLSchema
from sqlalchemy import select, true

from chassis.access import EVERY_COMPANY
from deploy.composition import SUPERGRAPH
from deploy.local.all_in_one import AllInOne
from deploy.local.environment import Surroundings
from gateway.supergraph import read_supergraph
from services.access.persistence.users import Users
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow
from tests.support.matrix import Question, questions
from tests.support.matrix_probes import Probe, Prober, open_wide
from tests.support.matrix_world import ENTRIES, World
from tests.support.row_digests import digests, settled

SEED: Final = os.environ.get("REGISTRY_MATRIX_SEED", "1")
ALL: Final = os.environ.get("REGISTRY_MATRIX_PROBES") == "all"
MOST_QUERIES: Final = 200
MOST_MUTATIONS: Final = 200
_TELLING: Final = {
    "me",
    "company",
    "users",
    "groups",
    "accessChanges",
    "file",
    "incident",
    "mailMessage",
}  # each canary is in one of them


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return read_supergraph(SUPERGRAPH.read_text(encoding="utf-8")).public


@pytest.fixture(scope="module")
def prober(system: AllInOne, surroundings: Surroundings, world: World) -> Prober:
    open_wide(system, surroundings)
    return Prober(system, world)


def matrix(schema: GraphQLSchema, world: World, kind: str) -> list[Probe]:
    """Each question of each target, with the same question of what is absent, by each caller."""
    asked = {name: list(questions(schema, kind, target, ENTRIES)) for name, target in world.targets.items()}
    return [
        Probe(caller, name, question, absent)
        for caller in world.keys
        for name in ("own", "restricted", "foreign")
        for question, absent in zip(asked[name], asked[world.absent_for(name)], strict=True)
        if kind == "query" or (world.is_hidden(name, caller) and names_hidden(question, name, world))
    ]


def names_hidden(question: Question, target: str, world: World) -> bool:
    """Whether a mutation names what is hidden: who may not see an incident may still register one beside it."""
    named = orjson.dumps(question.variables).decode()
    return target == "foreign" or any(each in named for each in world.restricted.ids)


def sample(probes: Sequence[Probe], most: int, capsys: pytest.CaptureFixture[str]) -> Sequence[Probe]:
    chosen = probes if ALL else random.Random(SEED).sample(probes, min(most, len(probes)))  # noqa: S311  # no secret
    with capsys.disabled():
        print(f" {len(chosen)} of {len(probes)} probes, seed {SEED} ", end="")  # noqa: T201  # what this run covers
    return chosen


async def judged(prober: Prober, probes: Sequence[Probe]) -> list[str]:
    return [complaint for probe in probes for complaint in await prober.complaints(probe)]


async def test_no_query_shows_what_is_foreign_or_that_it_is_there(
    schema: GraphQLSchema, world: World, prober: Prober, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await judged(prober, sample(matrix(schema, world, "query"), MOST_QUERIES, capsys)) == []


async def test_no_mutation_touches_what_is_foreign_or_tells_that_it_is_there(
    schema: GraphQLSchema, world: World, prober: Prober, system: AllInOne, capsys: pytest.CaptureFixture[str]
) -> None:
    probes = [probe for probe in matrix(schema, world, "mutation") if probe.question.named]
    await settled(system.runtimes)
    before = await digests(system.runtimes)

    assert await judged(prober, sample(probes, MOST_MUTATIONS, capsys)) == []
    await settled(system.runtimes)
    assert await digests(system.runtimes) == before


async def test_the_matrix_reaches_every_canary(
    schema: GraphQLSchema, world: World, prober: Prober, demo: dict[str, str]
) -> None:
    insiders = (demo["admin"], world.foreign.secret)
    asked = [each for each in questions(schema, "query", world.targets["foreign"], ENTRIES) if each.root in _TELLING]

    seen = b"".join([await prober.bytes_for(key, question) for key in insiders for question in asked]).lower()

    unseen = {canary for canary in world.foreign.ids | world.foreign.texts if canary.encode() not in seen}
    assert unseen == {"kanarien-registration"}  # an idempotency key, which is told to nobody


async def test_the_matrix_reaches_every_canary_of_what_is_restricted(
    schema: GraphQLSchema, world: World, prober: Prober
) -> None:
    target = world.targets["restricted"]
    asked = [each for each in questions(schema, "query", target, ENTRIES) if each.root in _TELLING]

    seen = b"".join([await prober.bytes_for(world.keys["manager"], question) for question in asked]).lower()

    unseen = {canary for canary in world.restricted.ids | world.restricted.texts if canary.encode() not in seen}
    assert unseen == {"goldammer-registration"}


async def test_the_walls_of_the_tables_hold_where_a_predicate_is_forgotten(
    schema: GraphQLSchema, world: World, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Incidents, "_visible", lambda _: select(IncidentRow))

    for caller in ("manager", "officer"):
        assert await judged(prober, of(matrix(schema, world, "query"), caller, "incidents", "incident")) == []


async def test_the_matrix_finds_incidents_that_leak(
    schema: GraphQLSchema, world: World, prober: Prober, system: AllInOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Incidents, "_visible", lambda _: select(IncidentRow))
    monkeypatch.setitem(system.runtimes["incidents"].database._walls, "view", lambda _: EVERY_COMPANY)

    found = await judged(prober, of(matrix(schema, world, "query"), "reader", "incident"))

    assert any("leaked 'kanarien-title'" in complaint for complaint in found)
    assert any("is not absent" in complaint for complaint in found)


async def test_the_matrix_finds_restricted_incidents_that_leak(
    schema: GraphQLSchema, world: World, prober: Prober, system: AllInOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Incidents, "_visible", lambda _: select(IncidentRow))
    monkeypatch.setitem(system.runtimes["incidents"].database._walls, "view_restricted", lambda _: EVERY_COMPANY)

    found = await judged(prober, of(matrix(schema, world, "query"), "officer", "incident"))

    assert any("leaked 'goldammer-title'" in complaint for complaint in found)
    assert any("is not absent" in complaint for complaint in found)


async def test_the_matrix_finds_users_that_leak(
    schema: GraphQLSchema, world: World, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Users, "_managed", lambda _: true())

    found = await judged(prober, of(matrix(schema, world, "query"), "manager", "users"))

    assert any("leaked 'kanarien-workermail'" in complaint for complaint in found)


def of(probes: Sequence[Probe], caller: str, *roots: str) -> list[Probe]:
    return [probe for probe in probes if probe.caller == caller and probe.question.root in roots]
