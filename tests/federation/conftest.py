"""The concepts under plans/: a folder each, with its subgraphs, its supergraph and its cases."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.transport import InProcessTransport
from gateway.executor import Engine, Limits
from tests.support.subgraphs import Subgraph

PLANS = Path(__file__).parent / "plans"


@dataclass
class Concept:
    """A supergraph with its subgraphs running in memory."""

    sdl: str
    engine: Engine
    subgraphs: dict[str, Subgraph]
    transport: InProcessTransport = field(repr=False)

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        """The answer as a client reads it."""
        prepared = self.engine.prepare(query, None, variables)
        answer: dict[str, Any] = orjson.loads((await self.engine.execute(prepared, **given)).to_bytes())
        return answer

    def moved(self, **addresses: str) -> "Concept":
        """The same with an engine that finds subgraphs at other addresses."""
        return replace(self, engine=Engine(self.sdl, self.transport, addresses))

    def requests(self) -> dict[str, int]:
        return {name: len(graph.bodies) for name, graph in self.subgraphs.items() if graph.bodies}


@pytest.fixture
def open_concept() -> Callable[..., Concept]:
    """Starts the subgraphs of a concept, anew for each test."""

    def start(name: str, **limits: Any) -> Concept:
        folder = PLANS / name
        subgraphs = {
            path.stem: Subgraph(path.read_text(), orjson.loads(path.with_suffix(".json").read_bytes()))
            for path in sorted((folder / "subgraphs").glob("*.graphql"))
        }
        transport = InProcessTransport(dict(subgraphs))
        sdl = (folder / "supergraph.graphql").read_text()
        engine = Engine(sdl, transport, limits=Limits(**limits))
        return Concept(sdl, engine, subgraphs, transport)

    return start


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for a `case` each operation that has a plan beside it."""
    if "case" in metafunc.fixturenames:
        cases = sorted(path.with_suffix("") for path in PLANS.glob("*/*.plan"))
        metafunc.parametrize("case", cases, ids=[f"{case.parent.name}/{case.name}" for case in cases])
