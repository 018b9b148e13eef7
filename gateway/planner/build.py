"""An operation to its plan."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from graphql import DocumentNode, OperationDefinitionNode, SelectionSetNode

from gateway.operation import Operation
from gateway.planner.drafts import FetchDraft, Position
from gateway.planner.keys import InternalKeys
from gateway.planner.passes import optimize
from gateway.planner.plan import Plan, PlanningError
from gateway.planner.proofs import Proofs
from gateway.planner.reach import Reach
from gateway.planner.requests import to_requests
from gateway.planner.walk import Walk
from gateway.supergraph import Selected, SelectionSet, Supergraph

# A field place costs about one unit and 60 microseconds; a large page of a front end has a few hundred places.
BUDGET = 10_000


def plan_operation(
    supergraph: Supergraph,
    operation: Operation,
    decided: tuple[bool, ...] = (),
    removed: AbstractSet[int] = frozenset(),
    budget: int = BUDGET,
) -> Plan:
    """Plan it for these values of its condition variables, without the removed fields. Raises PlanningError."""
    try:
        return _plan(supergraph, operation, operation.selection(decided, removed), budget)
    except RecursionError as error:
        raise PlanningError("The operation is nested too deeply to plan.") from error


def _plan(supergraph: Supergraph, operation: Operation, selection: SelectionSet, budget: int) -> Plan:
    keys = InternalKeys(selection)
    wanted, drafted = draft_fetches(supergraph, operation, selection, keys, budget)
    return Plan(
        operation=operation.kind,
        root_type=supergraph.roots[operation.kind],
        selection=selection,
        requests=to_requests(supergraph, optimize(supergraph, drafted), operation.declarations, keys.given.keys()),
        introspection=_introspection(operation, wanted),
    )


def draft_fetches(
    supergraph: Supergraph, operation: Operation, selection: SelectionSet, keys: InternalKeys, budget: int = BUDGET
) -> tuple[Mapping[str, Selected], list[FetchDraft]]:
    """The root fields wanted, and the fetches that deliver them as first found. Raises PlanningError."""
    reach = Reach(supergraph, Proofs(budget))
    walk = Walk(supergraph, reach)
    root_type = supergraph.roots[operation.kind]
    wanted = reach.fields(root_type, (selection,))
    if operation.kind == "mutation":
        _in_order(reach, walk, Position(root_type, (), keys, wanted), wanted)
    else:
        walk.fields(Position(root_type, (), keys, wanted, (selection,)), root_type, wanted, internal=False)
    if operation.kind == "subscription":
        _check_source(walk.entries.fetches)
    return wanted, list(walk.entries.fetches)


def _check_source(fetches: list[FetchDraft]) -> None:
    if sum(fetch.operation == "subscription" for fetch in fetches) > 1:
        raise PlanningError("The events of a subscription come from one subgraph, and no one can tell all this.")


def _in_order(reach: Reach, walk: Walk, root: Position, wanted: Mapping[str, Selected]) -> None:
    """Mutations run one after another; neighbours of one graph share a request, which runs them in order itself."""
    last: Position | None = None
    for key, field in wanted.items():
        if field.is_meta or field.removed:
            continue
        if last is None or not _goes_on(reach, last, field):
            walk.entries.before = tuple(walk.entries.fetches)
            last = Position(root.type_name, (), root.keys, wanted)
        walk.fields(last, root.type_name, {key: field}, internal=False)


def _goes_on(reach: Reach, last: Position, field: Selected) -> bool:
    graph = next(iter(last.slots))
    return reach.direct(last.type_name, field.name, graph, None, None) is not None


def _introspection(operation: Operation, wanted: Mapping[str, Selected]) -> DocumentNode | None:
    """The part of the operation that asks about the schema, as a document of its own."""
    nodes = tuple(node for field in wanted.values() if field.name in {"__schema", "__type"} for node in field.nodes)
    if not nodes:
        return None
    asked = OperationDefinitionNode(
        operation=operation.node.operation,
        selection_set=SelectionSetNode(selections=nodes),
        variable_definitions=operation.node.variable_definitions,
        directives=(),
    )
    return DocumentNode(definitions=(asked, *operation.fragments.values()))
