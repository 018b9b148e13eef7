"""What is sent: how often, with what, in which order, shared by whom."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.operation import RequestErrors


async def test_one_entity_at_many_places_is_asked_once(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask("{ books { author { name } } best { author { name } } }")

    assert [book["author"]["name"] for book in answer["data"]["books"]] == ["Aigul", "Sigrid", "Aigul"]
    (body,) = library.subgraphs["people"].bodies
    assert body["variables"] == {
        "representations": [{"__typename": "Author", "id": "w1"}, {"__typename": "Author", "id": "w2"}]
    }


async def test_shared_nested_objects_keep_each_place_right(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask("{ books { author { awards { year } } } }")

    quill = {"author": {"awards": [{"year": 1990}]}}
    assert answer["data"]["books"] == [quill, {"author": {"awards": []}}, quill]


async def test_headers_reach_every_subgraph(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    await library.ask("{ books { copies } }", headers={"x-registry-context": "signed", "x-request-id": "r1"})

    for name in ("catalogue", "lending"):
        (headers,) = library.subgraphs[name].headers
        assert headers["x-registry-context"] == "signed"
        assert headers["x-request-id"] == "r1"
        assert headers["content-type"] == "application/json"


async def test_only_the_variables_a_request_uses_are_sent(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    await library.ask(
        "query ($id: ID!, $more: Boolean!) { book(id: $id) { copies @include(if: $more) } }", {"id": 1, "more": True}
    )

    assert library.subgraphs["catalogue"].bodies[0]["variables"] == {"id": "1"}
    assert library.subgraphs["lending"].bodies[0]["variables"].keys() == {"representations"}


async def test_independent_fetches_do_not_wait_for_one_another(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    people, lending = library.subgraphs["people"], library.subgraphs["lending"]
    both = asyncio.Barrier(2)

    def meeting(subgraph: Any) -> Any:
        async def answer(body: Any) -> tuple[int, bytes]:
            await both.wait()
            return 200, subgraph.execute(body)

        return answer

    people.answer, lending.answer = meeting(people), meeting(lending)

    answer = await library.ask("{ best { copies author { name } } }")

    assert answer == {"data": {"best": {"copies": 1, "author": {"name": "Sigrid"}}}}


async def test_identical_fetches_of_one_scope_share_one_request(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answers = await asyncio.gather(*(library.ask("{ books { copies } }", scope_key="mine") for _ in range(5)))

    assert all(answer == answers[0] for answer in answers)
    assert library.requests() == {"catalogue": 1, "lending": 1}


@pytest.mark.parametrize("scopes", [("mine", "yours"), (None, None)])
async def test_fetches_of_different_scopes_or_of_none_are_not_shared(
    scopes: tuple[str | None, ...], open_concept: Callable[..., Any]
) -> None:
    library = open_concept("library")

    await asyncio.gather(*(library.ask("{ motto }", scope_key=scope) for scope in scopes))

    assert library.requests() == {"catalogue": 2}


async def test_each_subgraph_is_sent_headers_of_its_own_and_fetches_are_shared_all_the_same(
    open_concept: Callable[..., Any],
) -> None:
    library = open_concept("library")
    sent = {"headers": {"x-all": "1"}, "headers_for": lambda name: {"x-own": name}}

    await asyncio.gather(*(library.ask("{ books { copies } }", scope_key="mine", **sent) for _ in range(3)))

    assert library.requests() == {"catalogue": 1, "lending": 1}
    for name in ("catalogue", "lending"):
        headers = library.subgraphs[name].headers[0]
        assert (headers["x-all"], headers["x-own"]) == ("1", name)


async def test_sharing_can_be_turned_off(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library", share_fetches=False)

    await asyncio.gather(*(library.ask("{ motto }", scope_key="mine") for _ in range(2)))

    assert library.requests() == {"catalogue": 2}


async def test_mutations_are_never_shared(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    await asyncio.gather(*(library.ask("mutation { lend(id: 1) { title } }", scope_key="mine") for _ in range(2)))

    assert library.requests() == {"catalogue": 2}


async def test_whoever_leaves_does_not_take_a_shared_fetch_with_it(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    catalogue, go = library.subgraphs["catalogue"], asyncio.Event()

    async def slow(body: Any) -> tuple[int, bytes]:
        await go.wait()
        return 200, catalogue.execute(body)

    catalogue.answer = slow
    first = asyncio.create_task(library.ask("{ motto }", scope_key="mine"))
    second = asyncio.create_task(library.ask("{ motto }", scope_key="mine"))
    while not catalogue.bodies:
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    go.set()

    assert await second == {"data": {"motto": "read"}}
    assert first.cancelled()
    assert library.requests() == {"catalogue": 1}


async def test_a_plan_is_made_once_for_requests_that_come_together(open_concept: Callable[..., Any]) -> None:
    engine = open_concept("library").engine
    prepared = [engine.prepare("{ books { copies } }") for _ in range(4)]

    plans = await asyncio.gather(*(engine.plan(one) for one in prepared))

    assert all(plan is plans[0] for plan in plans)


async def test_introspection_is_answered_from_the_public_schema(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    answer = await library.ask(
        '{ __schema { queryType { name } } enum: __type(name: "Genre") { enumValues { name } } '
        '__type(name: "join__Graph") { name } best { title } }'
    )

    assert answer == {
        "data": {
            "__schema": {"queryType": {"name": "Query"}},
            "enum": {"enumValues": [{"name": "NOVEL"}, {"name": "POETRY"}]},
            "__type": None,
            "best": {"title": "Fjord"},
        }
    }
    assert library.requests() == {"catalogue": 1}


async def test_addresses_may_be_given_in_place_of_the_supergraphs(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")
    library.transport.applications["elsewhere"] = library.transport.applications.pop("catalogue")
    moved = library.moved(catalogue="http://elsewhere/graphql")

    assert await moved.ask("{ motto }") == {"data": {"motto": "read"}}


async def test_an_operation_too_complex_to_plan_is_refused_with_a_code(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library", planning_budget=3)

    answer = await library.ask("{ books { copies author { name } } }")

    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PLANNING_FAILED"]
    assert library.requests() == {}


async def test_an_invalid_request_asks_nobody(open_concept: Callable[..., Any]) -> None:
    library = open_concept("library")

    with pytest.raises(RequestErrors, match="Cannot query field 'price'"):
        await library.ask("{ books { price } }")

    assert library.requests() == {}
