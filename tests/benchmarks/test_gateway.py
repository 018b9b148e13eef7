"""What the gateways are asked has the shape that is told of it."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

import benchmarks.gateway
from benchmarks.gateway.shapes import SHAPES
from benchmarks.gateway.subgraphs import Subgraphs
from chassis.sockets import Socket
from chassis.transport import Response, Streamed
from gateway.executor import Engine


class _Direct:
    """Asks the subgraphs without a socket."""

    def __init__(self) -> None:
        self.subgraphs = Subgraphs()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Response:
        answer = self.subgraphs.answer("/" + url.rpartition("/")[2], body)
        return Response(200, {}, answer.partition(b"\r\n\r\n")[2])

    async def connect(self, *_: object, **__: object) -> Socket:
        raise AssertionError("nobody opens sockets here")

    def stream(self, *_: object, **__: object) -> AbstractAsyncContextManager[Streamed]:
        raise AssertionError("nobody streams here")

    async def close(self) -> None:
        """Nothing is held open."""


@pytest.mark.parametrize(
    ("shape", "fetches", "least", "most"),
    [
        ("nested", 7, 80_000, 100_000),
        ("small", 2, 100, 1_000),
        ("feed", 4, 6_000, 8_000),
        ("long list", 2, 25_000, 35_000),
    ],
)
async def test_a_shape_costs_so_many_fetches_and_bytes(shape: str, fetches: int, least: int, most: int) -> None:
    supergraph = Path(benchmarks.gateway.__path__[0], "supergraph.graphql").read_text(encoding="utf-8")
    transport = _Direct()
    engine = Engine(supergraph.replace("SUBGRAPHS", "1"), transport)

    answer = await engine.execute(engine.prepare(SHAPES[shape]))

    assert answer.errors == ()
    assert transport.subgraphs.asked == fetches
    assert least < len(answer.to_bytes()) < most
