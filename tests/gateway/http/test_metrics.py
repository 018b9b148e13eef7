"""What the gateway counts of requests, refusals, fetches, plans and subscriptions; strangers are told nothing."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from chassis.management import metrics_application
from chassis.metrics import Histogram, declared
from gateway.executor import EndCode, Ended
from gateway.http import pushing
from tests.support.figures import figure, moved
from tests.support.gateway_world import COOKIE, MINE, Reply, World, send
from tests.support.sockets import Stream, Talk

Break = Callable[[World, pytest.MonkeyPatch], None]
OPERATIONS = "graphql_operation_duration_seconds"
WHOLE = "subscription { recordTold { id ... on Incident { title type { name } } } }"
REGISTER = 'mutation { registerIncidents(input: {incidents: [{title: "x"}]}) { titles } }'


def forget(name: str) -> Break:
    def leave(world: World, _: pytest.MonkeyPatch) -> None:
        del world.transport.applications[name]

    return leave


def stumble(world: World, patch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    patch.setattr(world.gateway.engine, "prepare", fail)


@pytest.mark.parametrize(
    ("query", "kind", "outcome", "breaks"),
    [
        ("{ size }", "query", "ok", None),
        ("{ audit size }", "query", "partial", None),
        ("{ sealed }", "query", "failed", None),
        ("{ nothing }", "unknown", "rejected", None),
        ("subscription { recordTold { id } }", "subscription", "rejected", None),
        ("{ size }", "unknown", "unavailable", forget("access")),
        ("{ size }", "unknown", "bug", stumble),
        (REGISTER, "mutation", "partial", forget("incidents")),
    ],
)
async def test_each_request_counts_once_by_kind_and_outcome(
    world: World, key: str, query: str, kind: str, outcome: str, breaks: Break | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if breaks is not None:
        breaks(world, monkeypatch)
    before = sum(_observations(OPERATIONS).values())
    counted = moved(OPERATIONS, kind, outcome)
    await world.ask(query, key=key)
    assert counted.by == 1
    assert sum(_observations(OPERATIONS).values()) == before + 1


async def test_refused_fields_count_by_their_code(world: World, key: str) -> None:
    denied, foreign = (
        moved("authz_denied_total", code) for code in ("UNAUTHORIZED_FIELD_OR_TYPE", "COMPANY_NOT_FOUND")
    )
    await world.ask("{ audit sealed size }", key=key)
    await world.ask('{ incident(company: "11111111-1111-1111-1111-111111111111") { id } }', key=key)
    await world.ask("{ size }", key=key)
    assert (denied.by, foreign.by) == (2, 1)


async def test_who_has_not_signed_in_counts(world: World) -> None:
    refused, rejected = moved("authz_denied_total", "UNAUTHENTICATED"), moved(OPERATIONS, "unknown", "rejected")
    await world.ask("{ size }")
    await world.ask("{ size }", key="ir_unknown")
    assert (refused.by, rejected.by) == (2, 2)


async def test_fetches_count_by_subgraph_and_outcome(world: World, key: str) -> None:
    answered, away = (
        moved("subgraph_request_duration_seconds", name, outcome)
        for name, outcome in (("incidents", "ok"), ("directories", "fault"))
    )
    del world.transport.applications["directories"]
    await world.ask("{ types { name } size }", key=key)
    assert (answered.by, away.by) == (1, 2)  # a query is sent once more


async def test_plans_are_found_or_made(world: World, key: str) -> None:
    made, found = moved("plan_cache_total", "miss"), moved("plan_cache_total", "hit")
    for _ in range(3):
        await world.ask("{ size }", key=key)
    assert (made.by, found.by) == (1, 2)


async def test_a_subscription_is_counted_while_it_runs_and_each_of_its_events(world: World, key: str) -> None:
    running, events = moved("subscription_clients"), moved(OPERATIONS, "subscription", "ok")
    stream = Stream(world.gateway.front, {"query": WHOLE}, {"authorization": f"Bearer {key}"})
    listener = await world.teller.listener()
    await stream.begin()
    for number in range(2):
        listener.tell(recordTold={"ref": f"Incident/{number}"})
        await stream.event()
    during = running.by
    listener.complete()
    await stream.over()
    assert (during, running.by, events.by) == (1, 0, 2)


async def test_operations_of_a_connection_count_as_well(world: World, key: str) -> None:
    answered, rejected = moved(OPERATIONS, "query", "ok"), moved(OPERATIONS, "unknown", "rejected")
    talk = Talk(world.gateway.front, {"authorization": f"Bearer {key}"}, "graphql-transport-ws")
    await talk.begin()
    talk.ask("one", "{ size }")
    assert [(await talk.heard())["type"] for _ in range(2)] == ["next", "complete"]
    talk.ask("two", "{ nothing }")
    assert (await talk.heard())["type"] == "error"
    talk.leave()
    await talk.over()
    assert (answered.by, rejected.by) == (1, 1)


async def test_a_query_by_event_stream_counts_once(world: World, key: str) -> None:
    answered = moved(OPERATIONS, "query", "ok")
    stream = Stream(world.gateway.front, {"query": "{ size }"}, {"authorization": f"Bearer {key}"})
    await stream.begin()
    await stream.over()
    assert answered.by == 1


async def test_who_is_dropped_counts_by_reason(world: World, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "SEND_SECONDS", 0.05)
    gone, stuck = (moved("subscription_dropped_total", reason) for reason in ("SCHEMA_CHANGED", "LISTENER_STUCK"))
    left, stream = (Stream(world.gateway.front, {"query": WHOLE}, {"authorization": f"Bearer {key}"}) for _ in range(2))
    _, second = await world.teller.listener(0), await world.teller.listener(1)
    await asyncio.gather(left.begin(), stream.begin())
    stream.may_take.clear()
    second.tell(recordTold={"ref": "Incident/0"})
    await stream.over()
    world.gateway.door.listeners.end(Ended.because(EndCode.SCHEMA_CHANGED, "The graph has changed."))
    await left.over()
    assert (gone.by, stuck.by) == (1, 1)


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/graphql/metrics"])
async def test_the_public_port_tells_no_metrics(world: World, path: str, session: str) -> None:
    callers: list[dict[str, str]] = [{}, {"authorization": f"Bearer {world.user()}"}, {"cookie": f"{COOKIE}={session}"}]
    answers: list[Reply] = [
        await send(application, "GET", path, headers=headers)
        for application in (world.gateway.application, world.gateway.front)
        for headers in callers
    ]
    assert {answer.status for answer in answers} == {404}
    assert not any(b"graphql_operation" in answer.body for answer in answers)


async def test_nothing_that_a_caller_wrote_is_in_the_metrics(world: World, key: str) -> None:
    canary = "canary00"
    await world.ask(f"query {canary} {{ {canary}: size }}", key=key, x_request_id=canary)
    await world.ask(f"query {canary} {{ audit {canary} }}", key=key)
    await world.ask("query ($id: ID) { incident(id: $id) { id } }", key=key, variables={"id": canary})
    await world.ask("{ size }", key=f"ir_{canary}", user_agent=canary)
    told = await send(metrics_application(), "GET", "/metrics")
    assert figure(OPERATIONS, "query", "ok") > 0
    assert not [secret for secret in (canary, key, str(MINE)) if secret in told.body.decode()]


def _observations(name: str) -> dict[tuple[str, ...], int]:
    metric = declared()[name]
    assert isinstance(metric, Histogram)
    return {labels: sum(series.counts) for labels, series in metric.series.items()}
