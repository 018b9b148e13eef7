"""The concepts under plans/ and unanswerable/: a folder each, with its subgraphs, its supergraph and its cases.

Of the first, the subgraphs answer every valid operation; of the others, not all of them.

A case is an operation with the answer (`.json`) and the plan (`.plan`) beside it. One without a plan is refused. Its
first lines may say under which progressive overrides it is asked: `# labels: a, b` and `# share: 25`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.transport import InProcessTransport
from gateway.executor import Engine, Limits
from tests.support.subgraphs import Subgraph

ROOTS = tuple(Path(__file__).parent / name for name in ("plans", "unanswerable"))
_SAID = re.compile(r"^# (labels|share): (.+)$", re.MULTILINE)


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
    """Starts the subgraphs of a concept, anew for each test; `share` is what each request draws, of 100."""

    def start(name: str, labels: frozenset[str] = frozenset(), share: float = 0.0, **limits: Any) -> Concept:
        (folder,) = (root / name for root in ROOTS if (root / name).exists())
        subgraphs = {
            path.stem: Subgraph(path.read_text(), orjson.loads(path.with_suffix(".json").read_bytes()))
            for path in sorted((folder / "subgraphs").glob("*.graphql"))
        }
        transport = InProcessTransport(dict(subgraphs))
        sdl = (folder / "supergraph.graphql").read_text()
        engine = Engine(sdl, transport, limits=Limits(**limits), labels=labels, draw=lambda: share / 100)
        return Concept(sdl, engine, subgraphs, transport)

    return start


@pytest.fixture
def open_case(open_concept: Callable[..., Concept]) -> Callable[[Path], tuple[Concept, str]]:
    """The concept of a case as its first lines want it, and its operation."""

    def start(case: Path) -> tuple[Concept, str]:
        text = case.with_suffix(".graphql").read_text()
        said = dict(_SAID.findall(text))
        labels = frozenset(said.get("labels", "").split(", ")) - {""}
        return open_concept(case.parent.name, labels, float(said.get("share", 0))), text

    return start


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give every test that asks for a `case` each operation with a plan beside it, and for a `refused` one the rest."""
    files = [path for root in ROOTS for path in root.glob("*/*.*") if path.stem != "supergraph"]
    operations = {path.with_suffix("") for path in files if path.suffix == ".graphql"}
    planned = {path.with_suffix("") for path in files if path.suffix == ".plan"}
    for name, cases in (("case", planned), ("refused", operations - planned)):
        if name in metafunc.fixturenames:
            chosen = sorted(cases)
            metafunc.parametrize(name, chosen, ids=[f"{case.parent.name}/{case.name}" for case in chosen])
