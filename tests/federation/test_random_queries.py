"""Random valid queries over every concept are answered as by one server that holds all the data."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.comparing import COUNT, Comparison, explore
from tests.support.random_queries import queries
from tests.support.tables import known_values

PLANS = Path(__file__).parent / "plans"
CONCEPTS = sorted(path.name for path in PLANS.iterdir())


@pytest.mark.parametrize("name", CONCEPTS)
@pytest.mark.timeout(0 if COUNT else 120)
def test_random_queries_are_answered_as_by_one_server(name: str, open_concept: Callable[..., Any]) -> None:
    concept = open_concept(name)
    comparison = Comparison(concept.engine, concept.subgraphs)
    known = known_values(graph.data for graph in concept.subgraphs.values())
    with asyncio.Runner() as runner:
        explore(
            lambda query: runner.run(comparison.check(query)), queries(concept.engine.supergraph.public, known), 100
        )
