"""A subgraph that is down, slow or talks nonsense costs what it would have delivered, and nothing else."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from chassis.errors import Fault

BOOKS = "{ books { title copies } }"
TITLES = [{"title": "Steppe", "copies": None}, {"title": "Fjord", "copies": None}, {"title": "Delta", "copies": None}]


def unavailable(service: str, *path: str | int) -> dict[str, Any]:
    return {
        "message": f"The service {service} did not answer.",
        "path": list(path),
        "extensions": {"code": "SERVICE_UNAVAILABLE", "service": service},
    }


def answering(status: int, content: bytes) -> Callable[[Any], Any]:
    async def answer(_: Any) -> tuple[int, bytes]:
        return status, content

    return answer


async def never(_: Any) -> tuple[int, bytes]:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize(
    ("status", "content"),
    [
        pytest.param(503, b'{"data": {"_entities": []}}', id="status"),
        pytest.param(200, b"<html>Bad gateway</html>", id="html"),
        pytest.param(200, b"[1]", id="no object"),
        pytest.param(200, b"{}", id="neither data nor errors"),
        pytest.param(200, b'{"data": null}', id="null without errors"),
        pytest.param(200, b'{"data": {"_entities": [{"copies": 2}]}}', id="too few entities"),
        pytest.param(200, b'{"data": {"_entities": {"copies": 2}}}', id="entities are no list"),
    ],
)
async def test_nonsense_is_told_once_where_something_is_missing(
    status: int, content: bytes, open_concept: Callable[..., Any]
) -> None:
    library = open_concept("library")
    library.subgraphs["lending"].answer = answering(status, content)

    answer = await library.ask(BOOKS)

    assert answer == {"data": {"books": TITLES}, "errors": [unavailable("lending", "books", 0, "copies")]}


async def test_a_subgraph_that_is_slow_has_used_its_time_and_is_not_asked_again(
    open_concept: Callable[..., Any],
) -> None:
    library = open_concept("library", fetch_seconds=0.01)
    library.subgraphs["lending"].answer = never

    answer = await library.ask(BOOKS)

    assert answer == {"data": {"books": TITLES}, "errors": [unavailable("lending", "books", 0, "copies")]}
    assert library.requests() == {"catalogue": 1, "lending": 1}


async def test_a_subgraph_that_is_down_is_asked_twice(
    open_concept: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_concept("library")
    post, asked = library.transport.post, []

    async def refused(url: str, *given: Any, **named: Any) -> Any:
        asked.append(url)
        if "lending" in url:
            raise Fault("lending", "connection refused")
        return await post(url, *given, **named)

    monkeypatch.setattr(library.transport, "post", refused)

    answer = await library.ask(BOOKS)

    assert answer == {"data": {"books": TITLES}, "errors": [unavailable("lending", "books", 0, "copies")]}
    assert asked == ["http://catalogue/graphql"] + ["http://lending/graphql"] * 2


async def test_one_fault_is_retried_unseen(open_concept: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    library = open_concept("library")
    post, asked = library.transport.post, []

    async def flaky(url: str, *given: Any, **named: Any) -> Any:
        asked.append(url)
        if asked == ["http://catalogue/graphql", "http://lending/graphql"]:
            raise Fault("lending", "connection lost")
        return await post(url, *given, **named)

    monkeypatch.setattr(library.transport, "post", flaky)

    assert await library.ask("{ book(id: 1) { copies } }") == {"data": {"book": {"copies": 2}}}
    assert len(asked) == 3


async def test_a_mutation_is_never_sent_twice(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library", fetch_seconds=0.01)
    library.subgraphs["catalogue"].answer = never

    answer = await library.ask("mutation { lend(id: 1) { title } }")

    assert answer == {"data": {"lend": None}, "errors": [unavailable("catalogue", "lend")]}
    assert library.requests() == {"catalogue": 1}


async def test_a_dead_root_takes_the_data_with_it_where_null_is_not_allowed(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    del library.transport.applications["catalogue"]

    assert await library.ask(BOOKS) == {"data": None, "errors": [unavailable("catalogue", "books")]}


async def test_what_comes_after_a_dead_fetch_is_not_fetched_and_not_told_again(
    open_concept: Callable[..., Any],
) -> None:
    entities = open_concept("entities")
    del entities.transport.applications["owners"]

    answer = await entities.ask("{ ships { name owner { debt } } }")

    assert answer["data"]["ships"][0] == {"name": "Aurora", "owner": {"debt": None}}
    assert answer["errors"] == [unavailable("owners", "ships", 0, "owner")]
    assert entities.requests() == {"registry": 1}


async def test_a_deadline_that_has_passed_stops_every_further_fetch(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    now = asyncio.get_running_loop().time()

    answer = await library.ask(BOOKS, deadline=now - 1)

    assert answer == {"data": None, "errors": [unavailable("catalogue", "books")]}
    assert library.requests() == {}


@pytest.mark.parametrize(
    "books",
    [
        pytest.param({"id": "b1"}, id="object for list"),
        pytest.param("b1", id="text for list"),
        pytest.param([["b1"]], id="list for object"),
        pytest.param([7], id="number for object"),
    ],
)
async def test_data_of_a_wrong_form_is_told_and_breaks_nothing(books: Any, open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    library.subgraphs["catalogue"].answer = answering(200, orjson.dumps({"data": {"books": books, "motto": "read"}}))

    answer = await library.ask("{ books { title copies } motto }")

    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert answer["errors"][0]["path"][0] == "books"


@pytest.mark.parametrize(("given", "seen"), [(7, 7), ("7", None), (7.5, None), (True, None), ([7], None)])
async def test_a_number_must_be_a_number(given: Any, seen: int | None, open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    library.subgraphs["catalogue"].answer = answering(200, orjson.dumps({"data": {"book": {"pages": given}}}))

    answer = await library.ask("{ book(id: 1) { pages } }")

    assert answer["data"] == {"book": {"pages": seen}}
    assert len(answer.get("errors", ())) == (seen is None)
