"""Percentages of overrides are decided once for each request, and each decision has its own plans."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.executor import Engine, plans

QUERY = "{ meters { reading unit } }"


@pytest.fixture
def drawing(open_concept: Callable[..., Any]) -> Callable[..., Any]:
    """The concept with these shares drawn one after another."""

    def start(*shares: float) -> Any:
        concept = open_concept("progressive-override")
        left = iter(shares)
        concept.engine = Engine(concept.sdl, concept.transport, draw=lambda: next(left) / 100)
        return concept

    return start


async def test_each_request_draws_its_own_share(drawing: Callable[..., Any]) -> None:
    meters = drawing(10, 90, 30)

    answers = [(await meters.ask(QUERY))["data"]["meters"][0] for _ in range(3)]

    assert answers == [{"reading": 6, "unit": "MWh"}, {"reading": 5, "unit": "kWh"}, {"reading": 5, "unit": "MWh"}]


async def test_a_request_keeps_what_it_drew(drawing: Callable[..., Any]) -> None:
    engine = drawing(10).engine
    prepared = engine.prepare(QUERY)

    first = await engine.plan(prepared)
    answers = [(await engine.execute(prepared)).data for _ in range(2)]

    assert await engine.plan(prepared) is first
    assert answers == [{"meters": [{"reading": 6, "unit": "MWh"}]}] * 2


async def test_requests_of_one_range_share_a_plan(drawing: Callable[..., Any]) -> None:
    engine = drawing(1, 19, 20, 80).engine

    made = [await engine.plan(engine.prepare(QUERY)) for _ in range(4)]

    assert made[0] is made[1]
    assert len({id(plan) for plan in made}) == 3


async def test_an_expected_request_is_planned_for_every_range(
    drawing: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = drawing(0, 50, 99).engine
    await engine.warm(QUERY, None, (), frozenset())
    monkeypatch.setattr(plans, "plan_operation", lambda *_: pytest.fail("planned again"))

    answers = [(await engine.execute(engine.prepare(QUERY))).errors for _ in range(3)]

    assert answers == [()] * 3


async def test_a_supergraph_without_percentages_draws_nothing(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    library.engine = Engine(library.sdl, library.transport, draw=lambda: pytest.fail("drawn"))

    assert await library.ask("{ motto }") == {"data": {"motto": "read"}}
