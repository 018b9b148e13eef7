"""Asking a gateway and one server that holds all the data the same, and telling every difference."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from graphql import parse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateway.executor import Engine
from gateway.planner import PlanningError, plan_text
from tests.support.plan_shape import undelivered
from tests.support.random_queries import RandomQuery
from tests.support.subgraphs import Subgraph
from tests.support.whole_server import WholeServer

Json = dict[str, Any]
COUNT: Final = os.environ.get("RANDOM_QUERIES")
SEED: Final = int(os.environ.get("RANDOM_SEED", "0"))


class Comparison:
    def __init__(self, engine: Engine, subgraphs: Mapping[str, Subgraph]) -> None:
        self._engine = engine
        self._subgraphs = subgraphs
        self._whole = WholeServer(engine.supergraph.public, subgraphs)

    async def check(self, query: RandomQuery) -> None:
        """Raises AssertionError with the query, both answers and the plan where anything differs."""
        self._whole.disagreements.clear()
        expected = self._whole.ask(parse(query.text), query.variables)
        assert not self._whole.disagreements, self._whole.disagreements
        prepared = self._engine.prepare(query.text, None, query.variables)
        for graph in self._subgraphs.values():
            graph.bodies.clear()
            graph.headers.clear()
        with capture_logs():
            answer: Json = orjson.loads((await self._engine.execute(prepared)).to_bytes())
        try:
            plan = (await self._engine.plan(prepared)).plan
        except PlanningError as error:
            raise AssertionError(_report(query, expected, answer, f"none: {error}")) from error
        assert _same(expected, answer), _report(query, expected, answer, plan_text(plan))
        missing = undelivered(self._engine.supergraph, plan)
        assert not missing, _report(query, expected, answer, f"{plan_text(plan)}not delivered: {missing}")


def _same(expected: Json, answer: Json) -> bool:
    """The same data, byte by byte and in the same order, and errors in both or in none."""
    data = [orjson.dumps(one["data"]) for one in (expected, answer)]
    return data[0] == data[1] and ("errors" in expected) == ("errors" in answer)


def _report(query: RandomQuery, expected: Json, answer: Json, plan: str) -> str:
    shown = [("one server", expected), ("the gateway", answer)]
    answers = "\n".join(f"{who}: {orjson.dumps(one, option=orjson.OPT_INDENT_2).decode()}" for who, one in shown)
    return f"\n{query}\n{answers}\nplan:\n{plan}"


def explore(check: Callable[[RandomQuery], None], queries: st.SearchStrategy[RandomQuery], examples: int) -> None:
    """The same queries in every run, unless RANDOM_QUERIES (how many) and RANDOM_SEED say otherwise."""

    seen: set[str] = set()

    def examine(query: RandomQuery) -> None:
        """Hypothesis likes to draw the same again; what has passed will pass."""
        if str(query) not in seen:
            check(query)
            seen.add(str(query))

    run = settings(
        max_examples=int(COUNT) if COUNT else examples,
        derandomize=COUNT is None,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )(given(queries)(examine))
    (seed(SEED)(run) if COUNT else run)()
