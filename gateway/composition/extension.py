"""Whether the graph stays what its callers rely on when subgraphs of others are composed beside ours.

What others add must leave our part as it is: who asked for it yesterday gets the same from the same service, under the
same rules. So the composed supergraph is compared with the one of our subgraphs alone.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from graphql.utilities import DangerousChangeType, find_breaking_changes, find_dangerous_changes

from gateway.authorization import Rules
from gateway.composition.composer import CompositionError, SubgraphSchema, compose
from gateway.supergraph import AppliedDirective, Supergraph, SupergraphError, SupergraphReader, read_supergraph

_HARMLESS: Final = frozenset({DangerousChangeType.IMPLEMENTED_INTERFACE_ADDED})


def extend(ours: Sequence[SubgraphSchema], added: Sequence[SubgraphSchema]) -> str:
    """The supergraph SDL of both. Raises CompositionError with a line for each thing of ours that would break."""
    _check_names(ours, added)
    before = read_supergraph(compose(ours))
    text = compose([*ours, *added])
    try:
        after = _with_every_override(text)
        Rules.of(after)
    except SupergraphError as error:
        raise CompositionError(f"This gateway could not serve it: {error}.") from error
    if broken := sorted(broken_promises(before, after)):
        raise CompositionError("\n".join(broken))
    return text


def _with_every_override(text: str) -> Supergraph:
    """A field that would be taken over for some requests only is taken over all the same."""
    reader = SupergraphReader(text)
    return reader.read(reader.labels)


def broken_promises(before: Supergraph, after: Supergraph) -> Iterator[str]:
    """One line for each promise of `before` that `after` does not keep."""
    yield from _changes_for_callers(before, after)
    yield from _fields_taken_over(before, after)
    yield from _rules_changed(before, after)


def _changes_for_callers(before: Supergraph, after: Supergraph) -> Iterator[str]:
    """A new value of an enum or member of a union is one: callers have a branch for each that they know."""
    for change in find_breaking_changes(before.public, after.public):
        yield f"{change.description} ({change.type.name})"
    for risk in find_dangerous_changes(before.public, after.public):
        if risk.type not in _HARMLESS:
            yield f"{risk.description} ({risk.type.name})"


def _fields_taken_over(before: Supergraph, after: Supergraph) -> Iterator[str]:
    for type_name, joined in before.types.items():
        for name in joined.fields:
            lost = _answering(before, type_name, name) - _answering(after, type_name, name)
            for service in sorted(lost):
                yield f"{type_name}.{name} would not be answered by {service} any more (FIELD_TAKEN_OVER)"


def _answering(supergraph: Supergraph, type_name: str, name: str) -> set[str]:
    joined = supergraph.types.get(type_name)
    field = None if joined is None else joined.fields.get(name)
    return set() if field is None else {supergraph.graphs[graph].name for graph in field.resolvers}


def _rules_changed(before: Supergraph, after: Supergraph) -> Iterator[str]:
    """Directives that are not federation's own say who may ask; those of both sides would hold."""
    for type_name, joined in before.types.items():
        if _said(before.type_directives.get(type_name)) != _said(after.type_directives.get(type_name)):
            yield f"The rules of {type_name} would change (RULE_CHANGED)"
        for name in joined.fields:
            place = (type_name, name)
            if _said(before.field_directives.get(place)) != _said(after.field_directives.get(place)):
                yield f"The rules of {type_name}.{name} would change (RULE_CHANGED)"


def _said(applied: Sequence[AppliedDirective] | None) -> set[str]:
    return {f"{directive.name} {sorted(directive.arguments.items())}" for directive in applied or ()}


def _check_names(ours: Sequence[SubgraphSchema], added: Sequence[SubgraphSchema]) -> None:
    taken = {subgraph.name for subgraph in ours}
    for subgraph in added:
        if subgraph.name in taken:
            raise CompositionError(f"The name {subgraph.name} is taken: choose another.")
        taken.add(subgraph.name)
