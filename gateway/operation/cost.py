"""What an operation would cost at most: the weight of each field, times the lengths of all lists around it.

    { incidents(first: 50) { edges { node { company { name } } } } }      1 + 50 x (1 + 1 + 1) = 151

Fragments on different types of one place are added up, so that an estimate is never too low for want of types.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    VariableNode,
    get_named_type,
)
from graphql.language import ast

from gateway.operation.weights import ListSize, Weights

_META = frozenset({"__schema", "__type"})


@dataclass(slots=True)
class Cost:
    """`introspection` is what asking about the schema costs, in values. `variables` are those that it depends on."""

    fields: int = 0
    introspection: int = 0
    variables: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Costing:
    """Walks one operation, its fragments unfolded; whoever calls has bounded how far that goes."""

    schema: GraphQLSchema
    weights: Weights
    fragments: Mapping[str, FragmentDefinitionNode]
    included: Callable[[ast.SelectionNode], bool]
    variables: Mapping[str, Any]
    _cost: Cost = field(default_factory=Cost)

    def root(self, selection: ast.SelectionSetNode, type_name: str) -> Cost:
        self._cost.fields = self._selection(selection, type_name, None, 0)
        return self._cost

    def _selection(self, selection: ast.SelectionSetNode, type_name: str, around: ListSize | None, size: int) -> int:
        """`around` is the connection around, whose sized fields are `size` long."""
        total = 0
        for item in selection.selections:
            if not self.included(item):
                continue
            if isinstance(item, FieldNode):
                total += self._field(item, type_name, around, size)
            elif isinstance(item, InlineFragmentNode):
                condition = item.type_condition.name.value if item.type_condition else type_name
                total += self._selection(item.selection_set, condition, around, size)
            elif isinstance(item, FragmentSpreadNode):
                fragment = self.fragments[item.name.value]
                total += self._selection(fragment.selection_set, fragment.type_condition.name.value, around, size)
        return total

    def _field(self, node: FieldNode, type_name: str, around: ListSize | None, size: int) -> int:
        name = node.name.value
        definition = self.schema.get_field(self.schema.type_map[type_name], name)  # type: ignore[arg-type]  # validated: a composite type
        if definition is None:  # pragma: no cover - validated before
            return 0
        weight, told = self.weights.field(type_name, name, definition)
        own = 1 if told is None else self._length(node, definition, told)
        below = self._below(node, definition, told, own)
        times = 1 if told is None or told.sized else own
        if around is not None and name in around.sized:
            times = size
        if name in _META:
            self._cost.introspection += weight + below
            return 0
        return times * (weight + below)

    def _below(self, node: FieldNode, definition: GraphQLField, told: ListSize | None, size: int) -> int:
        if node.selection_set is None:
            return 0
        around = told if told is not None and told.sized else None
        return self._selection(node.selection_set, get_named_type(definition.type).name, around, size)

    def _length(self, node: FieldNode, definition: GraphQLField, told: ListSize) -> int:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        lengths = [self._given(given.get(name), definition, name) for name in told.slicing]
        return max((length for length in lengths if length is not None), default=told.assumed)

    def _given(self, value: ast.ValueNode | None, definition: GraphQLField, name: str) -> int | None:
        """The length that an argument asks for; None where it is absent or null."""
        given: Any
        if isinstance(value, VariableNode):
            self._cost.variables.add(value.name.value)
            given = self.variables.get(value.name.value, _default(definition, name))
        else:
            given = _default(definition, name) if value is None else _integer(value)
        return max(0, given) if type(given) is int else None


def _default(definition: GraphQLField, name: str) -> int | None:
    argument = definition.args.get(name)
    node = argument.ast_node.default_value if argument is not None and argument.ast_node is not None else None
    return _integer(node)


def _integer(node: ast.ValueNode | None) -> int | None:
    return int(node.value) if isinstance(node, IntValueNode) else None
