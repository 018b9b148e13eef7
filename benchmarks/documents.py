"""What hostile documents cost the gateway: processor time until refused or planned, and memory on the way."""

import time
import tracemalloc
from collections.abc import Mapping
from typing import Final

from benchmarks.results import Figure
from chassis.transport import InProcessTransport
from gateway.executor import Engine, Limits
from gateway.operation import OperationLimits, RequestErrors
from gateway.planner import PlanningError
from gateway.settings import GatewaySettings

_TURNS: Final = 5
_ROOM: Final = 99_000


def _filled(unit: str, before: str = "{", after: str = "}") -> str:
    """A document of nearly 100 kB."""
    return before + unit * ((_ROOM - len(before) - len(after)) // len(unit)) + after


def _listed(inside: str) -> str:
    return f"{{ incidents(first: 1) {{ edges {{ node {{ {inside} }} }} }} }}"


_DOUBLING: Final = " ".join(f"fragment F{n} on Incident {{ ...F{n + 1} ...F{n + 1} }}" for n in range(100))
_CHAIN: Final = " ".join(f"fragment F{n} on Incident {{ id ...F{n + 1} }}" for n in range(140))
DOCUMENTS: Final[Mapping[str, str]] = {
    "100 kB of fields": _filled("incidentStatuses { id } "),
    "100 kB of aliases": _filled("a: incidentStatuses { id } "),
    "330 aliases": "{" + " ".join(f"a{n}: incidentStatuses {{ id }}" for n in range(330)) + "}",
    "nested 33,000 deep": _filled("a{", "{", "a}"),
    "nested 900 deep": "{" + "a{" * 900 + "a" + "}" * 901,
    "nested brackets": "{a(b:" + "[" * 900 + "]" * 900 + ")}",
    "49,000 directives": _filled("@x", "{a"),
    "100 kB of comments": _filled("#\n", "{a}", ""),
    "an unfinished text": _filled('"\\', "{a(b:", ""),
    "fragments that double": _listed("...F0") + _DOUBLING + " fragment F100 on Incident { id }",
    "fragments in a circle": _listed("...A") + " fragment A on Incident { ...B } fragment B on Incident { ...A }",
    "one field 1,900 times": "{ incidentStatuses {" + " id" * 1_900 + "} }",
    "one object 490 times": _listed("company { id } " * 490),
    "a chain of 140 fragments": _listed("...F0") + _CHAIN + " fragment F140 on Incident { id }",
    "one object 95 times": _listed("company { id } " * 95),
    "a fragment at 25 places": (
        _listed(" ".join(f"a{n}: company {{ ...F }}" for n in range(25)))
        + " fragment F on Company {"
        + " id" * 75
        + "}"
    ),
    "1,900 unknown fields": "{ incidentStatuses {" + " ".join(f"name{n}" for n in range(1_900)) + "} }",
    "a text list of 1,900": '{ incidents(filter: {companyIds: ["' + '","' * 1_900 + '"]}) { totalCount } }',
}


async def measure_documents() -> tuple[list[Figure], list[str]]:
    figures = []
    for name, text in DOCUMENTS.items():
        seconds, outcome = min([await _run(text) for _ in range(_TURNS)])
        figures.append(Figure(f"{name}, {outcome}: processor time", seconds * 1000, "ms"))
        figures.append(Figure(f"{name}, {outcome}: memory at most", await _megabytes(text), "MB"))
    return figures, [f"The least of {_TURNS} turns, each with an engine of its own that has seen no document before."]


async def _run(text: str) -> tuple[float, str]:
    engine = _engine()
    began = time.process_time()
    outcome = await _plan(engine, text)
    return time.process_time() - began, outcome


async def _megabytes(text: str) -> float:
    engine = _engine()
    tracemalloc.start()
    await _plan(engine, text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


async def _plan(engine: Engine, text: str) -> str:
    """All that is done for a document before a subgraph hears of it."""
    try:
        await engine.plan(engine.prepare(text))
    except RequestErrors as errors:
        return errors.errors[0].code.value
    except PlanningError:
        return "not planned"
    return "planned"


def _engine() -> Engine:
    supergraph = GatewaySettings.model_fields["supergraph"].default.read_text(encoding="utf-8")
    return Engine(supergraph, InProcessTransport({}), limits=Limits(operation=OperationLimits()))
