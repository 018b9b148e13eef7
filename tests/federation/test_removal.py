"""Fields that must not be fetched are answered null where they stand; the engine is told which, and why."""

from collections.abc import Callable
from typing import Any

import pytest

REFUSAL = {"message": "Not for you.", "path": ["books"], "extensions": {"code": "UNAUTHORIZED_FIELD_OR_TYPE"}}


def without(prepared: Any, *coordinates: str) -> frozenset[int]:
    return frozenset(use.id for use in prepared.fields if use.coordinate in coordinates)


async def execute(concept: Any, query: str, *coordinates: str) -> dict[str, Any]:
    prepared = concept.engine.prepare(query)
    removed = without(prepared, *coordinates)
    assert removed
    answer: dict[str, Any] = (await concept.engine.execute(prepared, removed=removed, errors=[REFUSAL])).as_dict()
    return answer


async def test_a_removed_field_is_null_and_its_service_is_not_asked(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await execute(library, "{ books { title copies } }", "Book.copies")

    assert answer == {
        "data": {"books": [{"title": name, "copies": None} for name in ("Steppe", "Fjord", "Delta")]},
        "errors": [REFUSAL],
    }
    assert library.requests() == {"catalogue": 1}


async def test_a_removed_required_field_takes_its_object_with_it(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await execute(library, "{ book(id: 1) { title loans } motto }", "Book.loans")

    assert answer == {"data": {"book": None, "motto": "read"}, "errors": [REFUSAL]}


async def test_when_everything_is_removed_nothing_is_sent(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await execute(library, "{ books { title } }", "Query.books")

    assert answer == {"data": None, "errors": [REFUSAL]}
    assert library.requests() == {}


async def test_a_removed_object_asks_nothing_below_it(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await execute(library, "{ best { title author { name } } }", "Book.author")

    assert answer["data"] == {"best": {"title": "Fjord", "author": None}}
    assert library.requests() == {"catalogue": 1}


async def test_a_field_refused_once_does_not_come_back_by_another_fragment(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    prepared = library.engine.prepare("{ best { pages ...More } } fragment More on Book { pages title }")
    first = next(use for use in prepared.fields if use.coordinate == "Book.pages")

    answer = await library.engine.execute(prepared, removed=frozenset({first.id}))

    assert answer.as_dict() == {"data": {"best": {"pages": None, "title": "Fjord"}}}


async def test_a_refused_key_still_joins_entities(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await execute(library, "{ best { id copies } }", "Book.id")

    assert answer["data"] is None
    assert library.requests() == {"catalogue": 1, "lending": 1}


async def test_plans_are_remembered_by_what_was_removed(open_concept: Callable[..., Any]) -> None:
    engine = open_concept("library").engine
    prepared = engine.prepare("{ books { title copies } }")
    removed = without(prepared, "Book.copies")

    assert await engine.plan(prepared) is not await engine.plan(prepared, removed)
    assert await engine.plan(prepared, removed) is await engine.plan(
        engine.prepare("{ books { title copies } }"), removed
    )


@pytest.mark.parametrize("decided", [True, False])
async def test_fields_left_out_by_a_condition_are_not_up_for_a_decision(
    decided: bool, open_concept: Callable[..., Any]
) -> None:
    engine = open_concept("library").engine

    prepared = engine.prepare(
        "query ($all: Boolean!) { motto books @include(if: $all) { title } }", None, {"all": decided}
    )

    asked = [use.coordinate for use in prepared.fields]
    assert asked == ["Query.motto", *(["Query.books", "Book.title"] if decided else [])]
