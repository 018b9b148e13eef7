"""Errors of subgraphs, told at the paths of the client's own operation."""

from collections.abc import Callable
from typing import Any

MASKED = "The service could not answer because of an internal error."


async def test_an_error_with_a_code_is_passed_on_with_the_service_named(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask("{ book(id: 1) { title broken } }")

    assert answer["data"] == {"book": {"title": "Steppe", "broken": None}}
    assert answer["errors"] == [
        {
            "message": "!Torn.",
            "path": ["book", "broken"],
            "extensions": {"code": "BROKEN", "service": "catalogue"},
        }
    ]


async def test_an_error_without_a_code_is_masked(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask("{ books { broken } }")

    internal = {"code": "INTERNAL", "service": "catalogue"}
    assert {"message": MASKED, "path": ["books", 1, "broken"], "extensions": internal} in answer["errors"]
    assert len(answer["errors"]) == 2


async def test_an_error_of_an_entity_is_told_where_the_entity_stands(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask("{ all: books { by: author { page: diary } } }")

    assert [error["path"] for error in answer["errors"]] == [
        ["all", 0, "by", "page"],
        ["all", 1, "by", "page"],
    ]
    assert [error["message"] for error in answer["errors"]] == ["!Closed.", MASKED]


async def test_an_error_below_what_only_the_gateway_asks_is_told_at_the_enclosing_field(
    open_concept: Callable[..., Any],
) -> None:
    library = open_concept("library")
    for book in library.subgraphs["catalogue"].data["Book"]:
        book["id"] = "!!Unreadable."

    answer = await library.ask("{ best { copies } }")

    assert answer["data"] is None
    assert [error["path"] for error in answer["errors"]] == [["best"]]


async def test_errors_without_a_path_are_told_at_the_first_thing_missing(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    async def refuse(_: Any) -> tuple[int, bytes]:
        return 200, b'{"errors": [{"message": "no", "extensions": {"code": "TOO_BUSY"}}]}'

    library.subgraphs["lending"].answer = refuse

    answer = await library.ask("{ books { copies } }")

    assert answer["data"] == {"books": [{"copies": None}] * 3}
    assert answer["errors"] == [
        {"message": "no", "path": ["books", 0, "copies"], "extensions": {"code": "TOO_BUSY", "service": "lending"}}
    ]


async def test_private_extensions_stay_inside(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    async def talkative(_: Any) -> tuple[int, bytes]:
        return 200, (
            b'{"data": {"genre": null}, "errors": [{"message": "no", "path": ["genre"],'
            b' "extensions": {"code": "NO", "stacktrace": ["line 1"], "hint": "later"}}]}'
        )

    library.subgraphs["catalogue"].answer = talkative

    answer = await library.ask("{ genre }")

    assert answer["errors"][0]["extensions"] == {"code": "NO", "hint": "later", "service": "catalogue"}


async def test_an_error_that_costs_its_whole_entity_explains_all_its_nulls(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    async def fail(_: Any) -> tuple[int, bytes]:
        return 200, (
            b'{"data": {"_entities": [null]}, "errors": [{"message": "no", "path": ["_entities", 0, "name"],'
            b' "extensions": {"code": "TOO_BUSY"}}]}'
        )

    library.subgraphs["people"].answer = fail

    answer = await library.ask("{ book(id: 1) { title author { first: name name } } }")

    assert answer["data"] == {"book": {"title": "Steppe", "author": None}}
    assert [error["path"] for error in answer["errors"]] == [["book", "author", "name"]]
