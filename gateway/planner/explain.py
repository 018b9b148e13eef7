"""Each stage from a supergraph and an operation to a plan, as text for people."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from gateway.operation import Documents, Prepared, Weights
from gateway.operation.text import operation_text
from gateway.planner.build import draft_fetches, plan_operation
from gateway.planner.drafts import FetchDraft
from gateway.planner.keys import InternalKeys
from gateway.planner.text import path_text, plan_text, template_text
from gateway.planner.writer import Writer
from gateway.supergraph import Supergraph
from gateway.supergraph.text import supergraph_text

Explain = Callable[[Supergraph, Prepared], str]


def explain(stage: str, supergraph: Supergraph, query: str, variables: Mapping[str, Any] | None = None) -> str:
    """The stage's text. Raises RequestErrors and PlanningError where the operation does not get as far."""
    if stage == "supergraph":
        return supergraph_text(supergraph)
    documents = Documents(supergraph.public, weights=Weights.of(supergraph))
    return _OF_OPERATIONS[stage](supergraph, documents.prepare(query, None, variables))


def _operation(_: Supergraph, prepared: Prepared) -> str:
    return operation_text(prepared)


def _fetches(supergraph: Supergraph, prepared: Prepared) -> str:
    """As they are first found, before they are merged and grouped; numbers are in the order of finding."""
    selection = prepared.operation.selection(prepared.decided)
    _, fetches = draft_fetches(supergraph, prepared.operation, selection, InternalKeys(selection))
    numbers = {fetch: number for number, fetch in enumerate(fetches, 1)}
    return "".join(f"{_fetch(supergraph, fetch, numbers)}\n" for fetch in fetches) or "Nothing to fetch\n"


def _fetch(supergraph: Supergraph, fetch: FetchDraft, numbers: Mapping[FetchDraft, int]) -> str:
    head = f"{numbers[fetch]}"
    if fetch.after:
        head += " after " + ", ".join(str(number) for number in sorted(numbers[before] for before in fetch.after))
    place = f" at {path_text(fetch.path)}" if fetch.path else ""
    entered = f" {fetch.type_name} {template_text(fetch.template)}" if fetch.type_name else ""
    return f"{head}: {supergraph.graphs[fetch.graph].name}{place}{entered} => {{ {Writer().write(fetch.wire)} }}"


def _plan(supergraph: Supergraph, prepared: Prepared) -> str:
    return plan_text(plan_operation(supergraph, prepared.operation, prepared.decided))


_OF_OPERATIONS: Final[Mapping[str, Explain]] = {"operation": _operation, "fetches": _fetches, "plan": _plan}
STAGES: Final = ("supergraph", *_OF_OPERATIONS)
