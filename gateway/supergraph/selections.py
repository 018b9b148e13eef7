"""Selections as immutable values: of an operation, of a @key, of a @requires, of a @provides.

Read once from the syntax tree, with @skip and @include already decided, so that everything after it sees neither
directives nor fragment spreads.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, parse, print_ast
from graphql.language import ast


@dataclass(frozen=True, slots=True, eq=False)
class SelectionSet:
    """Compared by identity: equal texts at two places are two selections, and one is a cheap key of a memo."""

    items: "tuple[SelectedField | SelectedFragment, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class SelectedField:
    """One field of a selection. `removed` fields are answered null and never fetched."""

    name: str
    response_key: str
    arguments: str = ""
    variables: frozenset[str] = frozenset()
    selection: SelectionSet | None = None
    removed: bool = False
    node: FieldNode | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SelectedFragment:
    """A fragment, inline or spread; `condition` is None where it names no type."""

    condition: str | None
    selection: SelectionSet


class SelectionReader:
    """Turns syntax into selections. A fragment spread many times becomes one shared selection, so cost stays linear."""

    def __init__(
        self,
        fragments: Mapping[str, FragmentDefinitionNode] | None = None,
        included: Callable[[ast.SelectionNode], bool] = lambda _: True,
        removed: AbstractSet[int] = frozenset(),
    ) -> None:
        """`removed` holds the `id()` of field nodes that must not be fetched."""
        self._fragments = fragments or {}
        self._included = included
        self._removed = removed
        self._spread: dict[str, SelectionSet] = {}

    def read(self, node: ast.SelectionSetNode) -> SelectionSet:
        return SelectionSet(tuple(self._item(item) for item in node.selections if self._included(item)))

    def _item(self, node: ast.SelectionNode) -> SelectedField | SelectedFragment:
        if isinstance(node, FieldNode):
            return self._field(node)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else None
            return SelectedFragment(condition, self.read(node.selection_set))
        if not isinstance(node, FragmentSpreadNode):  # pragma: no cover - the language has no fourth form
            raise TypeError(type(node).__name__)
        definition = self._fragments[node.name.value]
        return SelectedFragment(definition.type_condition.name.value, self._fragment(definition))

    def _fragment(self, definition: FragmentDefinitionNode) -> SelectionSet:
        name = definition.name.value
        if name not in self._spread:
            self._spread[name] = self.read(definition.selection_set)
        return self._spread[name]

    def _field(self, node: FieldNode) -> SelectedField:
        return SelectedField(
            name=node.name.value,
            response_key=node.alias.value if node.alias else node.name.value,
            arguments=", ".join(sorted(print_ast(argument) for argument in node.arguments or ())),
            variables=frozenset(name for argument in node.arguments or () for name in variables_in(argument.value)),
            selection=self.read(node.selection_set) if node.selection_set else None,
            removed=id(node) in self._removed,
            node=node,
        )


def variables_in(value: ast.ValueNode) -> frozenset[str]:
    """The names of the variables in a value, at any depth."""
    if isinstance(value, ast.VariableNode):
        return frozenset((value.name.value,))
    if isinstance(value, ast.ListValueNode):
        return frozenset(name for item in value.values or () for name in variables_in(item))
    if isinstance(value, ast.ObjectValueNode):
        return frozenset(name for field in value.fields or () for name in variables_in(field.value))
    return frozenset()


@lru_cache(maxsize=4096)
def field_set(text: str) -> SelectionSet:
    """The selection of a federation directive, such as `id organization { id }`; equal texts give the same object."""
    (definition,) = parse("{" + text + "}", no_location=True).definitions
    if not isinstance(definition, ast.OperationDefinitionNode):  # pragma: no cover - braces make it an operation
        raise TypeError(text)
    return SelectionReader().read(definition.selection_set)
