"""Restricted incidents: there for their members and for who sees all restricted ones, for nobody else.

Each test is run three times: as it is, without the walls of the tables, and without the conditions of the queries.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from chassis.access import Actor
from deploy.local.postgres import PostgresServer
from deploy.local.provision import DatabaseUrls
from services.incidents.__main__ import SERVICE
from services.incidents.persistence.rows import IncidentRow
from tests.support.casebook import CONFIDE, DELETE, EDIT, MOVE, SHOW, Casebook
from tests.support.forgotten import forget_conditions
from tests.support.restricted import EVERY_WAY, ada, bob, others, seen
from tests.support.services import Json, RunningService
from tests.support.wall_less import without_walls

FILTERED: Final = """
query ($filter: IncidentFilter) { incidents(filter: $filter, first: 10) { totalCount nodes { title } } }
"""


@pytest.fixture(scope="module")
async def wall_less(
    service_databases: Mapping[str, DatabaseUrls],
    postgres_server: PostgresServer,
    signing_keys: Path,
    incidents_service: RunningService,
) -> AsyncIterator[RunningService]:
    assert incidents_service.name  # it migrates the same database
    async with without_walls(SERVICE, service_databases["incidents"], postgres_server, signing_keys) as made:
        yield made


@pytest.fixture(params=["both", "conditions alone", "walls alone"])
async def casebook(
    request: pytest.FixtureRequest,
    incidents_service: RunningService,
    wall_less: RunningService,
    monkeypatch: pytest.MonkeyPatch,
) -> Casebook:
    if request.param == "walls alone":
        forget_conditions(monkeypatch, but=IncidentRow.deleted_at.is_(None))
    return await Casebook.open(wall_less if request.param == "conditions alone" else incidents_service)


@pytest.fixture
async def secret(casebook: Casebook) -> Json:
    """Registered restricted by Ada, of ACME."""
    return await casebook.register(ada(casebook), title="Kanarien", visibility="RESTRICTED")


async def test_members_and_who_sees_all_restricted_ones_find_it_by_every_way(casebook: Casebook, secret: Json) -> None:
    for actor in (ada(casebook), casebook.supervisor(casebook.acme)):
        assert await seen(casebook, secret, actor) == EVERY_WAY


async def test_for_everybody_else_it_does_not_exist(casebook: Casebook, secret: Json) -> None:
    for actor in others(casebook):
        assert await seen(casebook, secret, actor) == set()


async def test_members_need_the_right_to_view_the_company_still(casebook: Casebook, secret: Json) -> None:
    moved_on = casebook.officer(casebook.north, id=casebook.ada)
    only_restricted = casebook.officer(casebook.north)
    only_restricted.scope.permissions["incident.view_restricted"] = frozenset({casebook.acme})  # type: ignore[index]  # a plain dictionary

    for actor in (moved_on, only_restricted):
        assert await seen(casebook, secret, actor) == set()


async def test_the_others_see_what_is_not_restricted_as_ever(casebook: Casebook, secret: Json) -> None:
    plain = await casebook.register(ada(casebook))

    assert await seen(casebook, plain, bob(casebook)) == EVERY_WAY


@pytest.mark.parametrize(
    ("mutation", "input"),
    [
        (EDIT, {"expectedVersion": 1, "title": "Mine now"}),
        (EDIT, {"expectedVersion": 7, "title": "Mine now"}),
        (MOVE, {"status": {"code": "closed"}}),
        (MOVE, {"status": {"code": "closed"}, "expectedVersion": 7}),
        (DELETE, {}),
        (DELETE, {"expectedVersion": 7}),
        (SHOW, {"visibility": "COMPANY"}),
        (SHOW, {"visibility": "RESTRICTED", "expectedVersion": 7}),
        (CONFIDE, {}),
        (CONFIDE, {"expectedVersion": 7}),
    ],
)
async def test_mutations_of_it_are_refused_with_the_words_for_what_never_was(
    casebook: Casebook, secret: Json, mutation: str, input: Json
) -> None:
    async with casebook.unchanged():
        for actor in others(casebook):
            refused = [await casebook.try_to(mutation, actor, id=id, **input) for id in (secret["id"], str(uuid4()))]
            assert refused[0] == refused[1]
            assert [error["code"] for error in refused[0]["errors"]] == ["NOT_FOUND"]
            assert refused[0]["incident"] is None


async def test_who_adds_themselves_to_what_they_do_not_see_stays_outside(casebook: Casebook, secret: Json) -> None:
    async with casebook.unchanged():
        refused = await casebook.try_to(CONFIDE, bob(casebook), id=secret["id"], addMembers=[str(casebook.bob)])

    assert [error["code"] for error in refused["errors"]] == ["NOT_FOUND"]


async def test_lists_cost_the_same_statements(casebook: Casebook, secret: Json) -> None:
    query = "{ incidents(first: 10) { nodes { id members { id } history { nodes { sequence } } } totalCount } }"
    for _ in range(3):
        await casebook.register(ada(casebook))

    costs = []
    for actor in (bob(casebook), ada(casebook), casebook.supervisor(casebook.acme)):
        with casebook.service.statements() as statements:
            await casebook.service.data(query, actor)
        costs.append(len(statements))

    assert costs == [3, 3, 3]


async def test_a_list_is_of_restricted_ones_or_of_the_others_as_far_as_they_are_seen(casebook: Casebook) -> None:
    restricted: Json = {"visibility": "RESTRICTED"}
    high: Json = {"severity": {"code": "high"}}
    await casebook.register(ada(casebook), title="Open", **high)
    await casebook.register(ada(casebook), title="Of Ada", **restricted)
    await casebook.register(ada(casebook), title="Of both", **restricted, **high, memberIds=[str(casebook.bob)])

    async def listed(actor: Actor, **filter: Any) -> list[str]:
        """Their titles; the count must agree, whether it is kept or counted."""
        found = (await casebook.service.data(FILTERED, actor, filter=filter))["incidents"]
        assert found["totalCount"] == len(found["nodes"])
        return sorted(node["title"] for node in found["nodes"])

    assert await listed(ada(casebook), **restricted) == ["Of Ada", "Of both"]
    assert await listed(bob(casebook), **restricted) == ["Of both"]
    assert await listed(bob(casebook), **restricted, companyIds=[str(casebook.acme)]) == ["Of both"]
    assert await listed(ada(casebook), **restricted, severities=[{"code": "high"}]) == ["Of both"]
    assert await listed(casebook.supervisor(casebook.acme), **restricted) == ["Of Ada", "Of both"]
    assert await listed(casebook.reader(casebook.acme), **restricted) == []
    assert await listed(casebook.supervisor(casebook.north), **restricted) == []
    for actor in (ada(casebook), casebook.reader(casebook.acme), casebook.supervisor(casebook.acme)):
        assert await listed(actor, visibility="COMPANY") == ["Open"]
        assert await listed(actor, visibility="COMPANY", severities=[{"code": "low"}]) == []
