"""The fields that a selection asks of one type: fragments that apply merged in, equal response keys merged.

{ id ... on Book { title author { id } } ... on Media { author { name } } }   asked of Book:
id, title, author { id } + { name }
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import FieldNode

from gateway.supergraph.model import Supergraph
from gateway.supergraph.selections import SelectedField, SelectionSet


@dataclass(frozen=True, slots=True)
class Selected:
    """A merged field; `selections` are all its sub-selections, to be asked together."""

    name: str
    response_key: str
    arguments: str
    variables: frozenset[str]
    selections: tuple[SelectionSet, ...]
    removed: bool
    nodes: tuple[FieldNode, ...]

    @property
    def is_meta(self) -> bool:
        return self.name.startswith("__")


def collect_fields(
    supergraph: Supergraph, type_name: str, selections: Iterable[SelectionSet]
) -> Mapping[str, Selected]:
    """By response key, in the order of the selection. A selection met twice is read once: it would add nothing."""
    found: dict[str, list[SelectedField]] = {}
    _gather(supergraph, type_name, selections, found, set())
    return {key: _merge(fields) for key, fields in found.items()}


def _gather(
    supergraph: Supergraph,
    type_name: str,
    selections: Iterable[SelectionSet],
    found: dict[str, list[SelectedField]],
    seen: set[SelectionSet],
) -> None:
    for selection in selections:
        if selection in seen:
            continue
        seen.add(selection)
        for item in selection.items:
            if isinstance(item, SelectedField):
                found.setdefault(item.response_key, []).append(item)
            elif item.condition is None or supergraph.satisfies(type_name, item.condition):
                _gather(supergraph, type_name, (item.selection,), found, seen)


def _merge(fields: list[SelectedField]) -> Selected:
    """What is removed once is removed: a field refused to a reader must not come back through another fragment."""
    first = fields[0]
    if len(fields) == 1:
        return _alone(first)
    return Selected(
        name=first.name,
        response_key=first.response_key,
        arguments=first.arguments,
        variables=first.variables,
        selections=tuple(dict.fromkeys(field.selection for field in fields if field.selection is not None)),
        removed=any(field.removed for field in fields),
        nodes=tuple(field.node for field in fields if field.node is not None),
    )


def _alone(field: SelectedField) -> Selected:
    """The common case, spelt out for speed."""
    return Selected(
        name=field.name,
        response_key=field.response_key,
        arguments=field.arguments,
        variables=field.variables,
        selections=() if field.selection is None else (field.selection,),
        removed=field.removed,
        nodes=() if field.node is None else (field.node,),
    )


def needs_runtime_type(supergraph: Supergraph, interface: str, selections: Iterable[SelectionSet]) -> bool:
    """Whether a selection on an interface depends on which type its objects really are."""
    same = supergraph.types[interface].interfaces | {interface, None}
    for selection in selections:
        for item in selection.items:
            if isinstance(item, SelectedField):
                if item.name == "__typename":
                    return True
            elif item.condition not in same or needs_runtime_type(supergraph, interface, (item.selection,)):
                return True
    return False
