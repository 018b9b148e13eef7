"""Every case: the plan as text, the answer, and that the plan delivers exactly what the operation asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from gateway.operation import RequestErrors
from gateway.planner import plan_text
from tests.support.plan_shape import undelivered


async def test_the_plan_is_as_written(case: Path, open_case: Callable[..., Any]) -> None:
    concept, query = open_case(case)

    ready = await concept.engine.plan(concept.engine.prepare(query, None, {}))

    assert plan_text(ready.plan) == case.with_suffix(".plan").read_text()


async def test_the_answer_is_as_written(case: Path, open_case: Callable[..., Any]) -> None:
    concept, query = open_case(case)

    answer = await concept.ask(query, {})

    assert answer == orjson.loads(case.with_suffix(".json").read_bytes())


async def test_the_plan_delivers_every_field_of_the_operation(case: Path, open_case: Callable[..., Any]) -> None:
    concept, query = open_case(case)

    ready = await concept.engine.plan(concept.engine.prepare(query, None, {}))

    assert undelivered(concept.engine.supergraph, ready.plan) == []


async def test_what_cannot_be_answered_is_refused_as_written(refused: Path, open_case: Callable[..., Any]) -> None:
    """Valid operations that the subgraphs cannot answer, and invalid ones: nothing is sent."""
    concept, query = open_case(refused)

    try:
        answer = await concept.ask(query, {})
    except RequestErrors as error:
        answer = {"errors": [{"message": one.message, "extensions": {"code": one.code}} for one in error.errors]}

    assert answer == orjson.loads(refused.with_suffix(".json").read_bytes())
    assert concept.requests() == {}
