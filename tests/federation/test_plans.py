"""Every case: the plan as text, the answer, and that the plan delivers exactly what the operation asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from gateway.planner import plan_text
from tests.support.plan_shape import undelivered


async def test_the_plan_is_as_written(case: Path, open_concept: Callable[..., Any]) -> None:
    engine = open_concept(case.parent.name).engine
    prepared = engine.prepare(case.with_suffix(".graphql").read_text(), None, {})

    ready = await engine.plan(prepared)

    assert plan_text(ready.plan) == case.with_suffix(".plan").read_text()


async def test_the_answer_is_as_written(case: Path, open_concept: Callable[..., Any]) -> None:
    concept = open_concept(case.parent.name)

    answer = await concept.ask(case.with_suffix(".graphql").read_text(), {})

    assert answer == orjson.loads(case.with_suffix(".json").read_bytes())


async def test_the_plan_delivers_every_field_of_the_operation(case: Path, open_concept: Callable[..., Any]) -> None:
    engine = open_concept(case.parent.name).engine
    prepared = engine.prepare(case.with_suffix(".graphql").read_text(), None, {})

    ready = await engine.plan(prepared)

    assert undelivered(engine.supergraph, ready.plan) == []
