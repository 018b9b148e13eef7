"""Random valid queries over every concept are answered as by one server that holds all the data."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.executor import completion
from tests.support.comparing import COUNT, Comparison, explore
from tests.support.random_queries import RandomQuery, queries
from tests.support.tables import known_values

PLANS = Path(__file__).parent / "plans"
CONCEPTS = sorted(path.name for path in PLANS.iterdir())
WORLDS = frozenset({"bazaar", "expedition", "railway"})

# Why no single server can be compared, for each concept of which that is so.
NOT_COMPARED: Final[Mapping[str, str]] = {}


@pytest.fixture
def compare(open_concept: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Asks random queries of a concept. Short lists are completed at once too, as long ones are."""
    monkeypatch.setattr(completion, "_MANY", 1)

    def run(name: str) -> None:
        concept = open_concept(name)
        comparison = Comparison(concept.engine, concept.subgraphs)
        known = known_values(graph.data for graph in concept.subgraphs.values())
        drawn = queries(concept.engine.supergraph.public, known)
        with asyncio.Runner() as runner:
            explore(lambda query: runner.run(comparison.check(query)), drawn, 80 if name in WORLDS else 12)

    return run


@pytest.mark.parametrize("name", [name for name in CONCEPTS if name not in NOT_COMPARED])
@pytest.mark.timeout(0 if COUNT else 120)
def test_random_queries_are_answered_as_by_one_server(name: str, compare: Callable[[str], None]) -> None:
    compare(name)


def test_a_concept_is_left_out_only_while_its_reason_holds(compare: Callable[[str], None]) -> None:
    assert set(CONCEPTS) >= WORLDS | NOT_COMPARED.keys()
    for name in NOT_COMPARED:
        with pytest.raises(AssertionError):
            compare(name)


async def test_a_difference_is_told_with_the_query_both_answers_and_the_plan(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    comparison = Comparison(library.engine, library.subgraphs)
    query = RandomQuery("{ best { copies } }", {})
    await comparison.check(query)

    async def answer_with(_: Any) -> tuple[int, bytes]:
        return 200, b'{"data": {"_entities": [{"copies": 99}]}}'

    library.subgraphs["lending"].answer = answer_with

    with pytest.raises(AssertionError) as told:
        await comparison.check(query)

    text = str(told.value)
    assert query.text in text
    assert '"copies": 1\n' in text
    assert '"copies": 99\n' in text
    assert "2 after 1: Flatten(best) <- lending Book { id } => { copies }" in text


async def test_data_that_subgraphs_do_not_agree_about_is_no_data_to_compare(open_concept: Callable[..., Any]) -> None:
    sharing = open_concept("sharing")
    sharing.subgraphs["tides"].data["Query"]["position"]["lat"] = 1.5
    comparison = Comparison(sharing.engine, sharing.subgraphs)

    with pytest.raises(AssertionError, match=r"Position\.lat is \[1\.5, 59\.9\]"):
        await comparison.check(RandomQuery("{ position { lat } }", {}))


def test_random_queries_use_most_of_the_language(open_concept: Callable[..., Any]) -> None:
    concept = open_concept("railway")
    known = known_values(graph.data for graph in concept.subgraphs.values())
    seen: set[str] = set()

    explore(lambda query: seen.update(query.text.split()), queries(concept.engine.supergraph.public, known), 60)

    assert seen >= {"@skip(if:", "@include(if:", "true)", "$v1)", "...", "on", "...F1", "fragment", "__typename", "a:"}
    assert seen >= {"($v1:", "=", "Train", "Powered", "Place"}
