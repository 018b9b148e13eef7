"""Properties of plans that no single case shows."""

from typing import Any

import pytest

from gateway.operation import Documents, OperationLimits
from gateway.planner import Plan, PlanningError, plan_operation, plan_text
from gateway.supergraph import Supergraph, read_supergraph


def dense(graphs: int) -> Supergraph:
    """Every graph has a key of its own and one of its neighbour's: all are reachable from all, in circles."""
    names = [f"G{number}" for number in range(graphs)]
    enum = " ".join(f'{name} @join__graph(name: "{name.lower()}", url: "http://{name.lower()}")' for name in names)
    keys = " ".join(
        f'@join__type(graph: {name}, key: "k{number}") @join__type(graph: {name}, key: "k{(number + 1) % graphs}")'
        for number, name in enumerate(names)
    )
    fields = " ".join(
        f"k{number}: ID! @join__field(graph: {name}) @join__field(graph: {names[number - 1]}) "
        f"f{number}: Item @join__field(graph: {name})"
        for number, name in enumerate(names)
    )
    return read_supergraph(
        f"enum join__Graph {{ {enum} }} type Query @join__type(graph: G0) {{ item: Item }} "
        f"type Item {keys} {{ {fields} }}"
    )


BOUNDLESS = OperationLimits(depth=10**6, fields=10**15)


def plan(supergraph: Supergraph, query: str, **given: Any) -> Plan:
    operation = Documents(supergraph.public, limits=BOUNDLESS).operation(query, None)
    return plan_operation(supergraph, operation, **given)


def nested(depth: int, graphs: int) -> str:
    text = "k0"
    for level in range(depth):
        text = " ".join(f"f{number} {{ {text} }}" for number in ((level * 3) % graphs, (level * 5 + 1) % graphs))
    return f"{{ item {{ {text} }} }}"


def test_a_dense_graph_is_planned_within_the_budget() -> None:
    found = plan(dense(20), nested(4, 20), budget=1_000)

    assert len(found.requests) == 66  # half way round the ring in both directions, for each level


def test_the_budget_ends_planning() -> None:
    with pytest.raises(PlanningError, match="too complex"):
        plan(dense(8), nested(4, 8), budget=10)


def test_an_operation_nested_beyond_measure_is_refused() -> None:
    with pytest.raises(PlanningError, match="nested too deeply"):
        plan(dense(2), "{ item " + "{ f1 { f0 " * 70 + "{ k0 }" + " } }" * 70 + " }", budget=10_000_000)


def test_every_request_waits_only_for_earlier_ones() -> None:
    found = plan(dense(6), nested(3, 6))

    assert all(before < request.number for request in found.requests for before in request.after)


def test_a_subscription_begins_with_what_its_subgraph_tells() -> None:
    supergraph = read_supergraph(
        'enum join__Graph { A @join__graph(name: "a", url: "http://a") } '
        "type Query @join__type(graph: A) { a: Int } type Subscription @join__type(graph: A) { a: Int }"
    )

    assert plan_text(plan(supergraph, "subscription { a }")) == "1: Subscription(a) { a }\n"


def test_a_plan_without_requests_says_so() -> None:
    assert plan_text(plan(dense(2), "{ __typename }")) == "Nothing to fetch\n"


def test_introspection_is_a_step_of_its_own() -> None:
    assert plan_text(plan(dense(2), "{ __schema { description } }")) == "0: Introspection\n"


def test_equal_plans_are_written_alike() -> None:
    supergraph = dense(5)

    assert plan_text(plan(supergraph, nested(3, 5))) == plan_text(plan(supergraph, nested(3, 5)))


def test_fragments_that_unfold_without_end_meet_the_budget() -> None:
    levels = 40
    fragments = " ".join(
        f"fragment F{level} on Item {{ f0 {{ ...F{level + 1} }} f1 {{ ...F{level + 1} }} }}" for level in range(levels)
    )

    with pytest.raises(PlanningError, match="too complex"):
        plan(dense(2), f"{{ item {{ ...F0 }} }} {fragments} fragment F{levels} on Item {{ k0 }}")
