"""Identical questions are shared, and never between two subgraphs, whose headers differ."""

import asyncio

from chassis.transport import InProcessTransport
from gateway.executor.subgraphs import Asking, Subgraphs
from tests.support.subgraphs import Subgraph


async def test_two_subgraphs_behind_one_address_are_asked_one_by_one() -> None:
    both = Subgraph("type Query { a: Int }", {"Query": {"a": 1}})
    subgraphs = Subgraphs(InProcessTransport({"both": both}), fetch_seconds=1)
    asking = Asking({}, asyncio.get_running_loop().time() + 1, "mine", lambda name: {"x-own": name})

    await asyncio.gather(
        *(
            subgraphs.ask(name, "http://both/graphql", b'{"query": "{ a }"}', asking, is_query=True)
            for name in ("ours", "theirs", "ours", "theirs")
        )
    )

    assert sorted(headers["x-own"] for headers in both.headers) == ["ours", "theirs"]
