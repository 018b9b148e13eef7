"""What mutations do happens in the order written, and what belongs together reaches its service at once."""

from collections.abc import Callable
from typing import Any

import orjson


def follow(concept: Any) -> list[str]:
    """What reaches the subgraphs from now on: service and the first field asked, in the order of arrival."""
    told: list[str] = []

    def telling(name: str, subgraph: Any) -> Any:
        async def answer(body: Any) -> tuple[int, bytes]:
            told.append(f"{name}: {body['query'].split('{', 1)[1].split('(')[0].strip()}")
            return 200, subgraph.execute(body)

        return answer

    for name, subgraph in concept.subgraphs.items():
        subgraph.answer = telling(name, subgraph)
    return told


async def test_mutations_of_different_graphs_arrive_in_the_order_written(open_concept: Callable[..., Any]) -> None:
    concept = open_concept("mutations")
    told = follow(concept)

    await concept.ask(
        'mutation { placeOrder(item: "rope") { price } note(text: "placed") pay(order: "d1") { order { item } }'
        ' cancelOrder(id: "d1") { id } }'
    )

    assert told == [
        "orders: placeOrder",
        "billing: _entities",
        "audit: note",
        "billing: pay",
        "orders: _entities",
        "orders: cancelOrder",
    ]


async def test_an_entity_that_is_gone_once_it_is_told_is_told_whole(open_concept: Callable[..., Any]) -> None:
    concept = open_concept("mutations")
    billing = concept.subgraphs["billing"]

    async def once(body: Any) -> tuple[int, bytes]:
        told = billing.execute(body)
        billing.data["Order"].clear()
        return 200, told

    billing.answer = once

    answer = await concept.ask('mutation { placeOrder(item: "rope") { item price invoice } }')

    assert answer == {"data": {"placeOrder": {"item": "rope", "price": 30, "invoice": "1 rope"}}}


async def test_a_mutation_that_fails_does_not_keep_the_next_from_its_turn(open_concept: Callable[..., Any]) -> None:
    concept = open_concept("mutations")

    async def fail(_: Any) -> tuple[int, bytes]:
        return 200, orjson.dumps({"data": None, "errors": [{"message": "no", "extensions": {"code": "NO_TAR"}}]})

    told = follow(concept)
    concept.subgraphs["billing"].answer = fail

    answer = await concept.ask('mutation { refund(number: 1) { number } note(text: "tried") }')

    assert answer["data"] == {"refund": None, "note": True}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NO_TAR"]
    assert told == ["audit: note"]
