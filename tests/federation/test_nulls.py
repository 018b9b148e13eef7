"""Nulls travel up to the nearest place that may be null, and are explained exactly once."""

from collections.abc import Callable
from typing import Any

import orjson


def with_root(concept: Any, **fields: Any) -> None:
    async def answer(_: Any) -> tuple[int, bytes]:
        return 200, orjson.dumps({"data": fields})

    concept.subgraphs["catalogue"].answer = answer


def cannot_be_null(coordinate: str, *path: str | int) -> dict[str, Any]:
    return {
        "message": f"Cannot return null for non-nullable field {coordinate}.",
        "path": list(path),
        "extensions": {"code": "INTERNAL"},
    }


async def test_null_in_a_required_field_makes_its_nullable_object_null(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    with_root(library, book={"title": None}, motto="read")

    answer = await library.ask("{ book(id: 1) { title } motto }")

    assert answer == {
        "data": {"book": None, "motto": "read"},
        "errors": [cannot_be_null("Book.title", "book", "title")],
    }


async def test_null_travels_through_required_items_to_the_root(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    with_root(library, books=[{"title": "Steppe"}, {"title": None}])

    answer = await library.ask("{ books { title } }")

    assert answer == {"data": None, "errors": [cannot_be_null("Book.title", "books", 1, "title")]}


async def test_null_stops_at_the_list_whose_items_are_required(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    with_root(library, shelves=[[{"mark": "A"}, {"mark": None}], [{"mark": "C"}], None])

    answer = await library.ask("{ shelves { mark } }")

    assert answer == {
        "data": {"shelves": [None, [{"mark": "C"}], None]},
        "errors": [cannot_be_null("Shelf.mark", "shelves", 0, 1, "mark")],
    }


async def test_a_null_that_an_error_explains_is_not_told_again(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    del library.transport.applications["lending"]

    answer = await library.ask("{ book(id: 1) { title loans } motto }")

    assert answer["data"] == {"book": None, "motto": "read"}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]


async def test_an_entity_that_its_service_does_not_know_has_nulls(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    with_root(library, books=[{"title": "Lost", "id": "b9"}])

    answer = await library.ask("{ books { title copies } }")

    assert answer == {"data": {"books": [{"title": "Lost", "copies": None}]}}


async def test_a_null_key_is_not_asked(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    with_root(library, books=[{"title": "Nameless", "author": {"id": None}}, {"title": "Nobody's", "author": None}])

    answer = await library.ask("{ books { title author { born } } }")

    assert answer == {
        "data": {"books": [{"title": "Nameless", "author": {"born": None}}, {"title": "Nobody's", "author": None}]}
    }
    assert library.requests() == {"catalogue": 1}


async def test_a_value_outside_the_public_enum_is_null(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask("{ books { genre } }")

    assert answer["data"] == {"books": [{"genre": "NOVEL"}, {"genre": None}, {"genre": None}]}
    assert [error["path"] for error in answer["errors"]] == [["books", 1, "genre"]]


async def test_an_object_whose_type_nobody_tells_is_null(open_concept: Callable[..., Any]) -> None:
    vessels = open_concept("interface-objects")
    del vessels.transport.applications["vessels"]

    answer = await vessels.ask("{ seen { __typename lastSeen } }")

    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["SERVICE_UNAVAILABLE"]
