"""What a @requires names, taken from wherever it is to be had: always of one form, so that two takers can be compared.

    {"weight": 10, "content": {"__typename": "Rope", "length": 30}}      for  weight content { ... on Rope { length } }

Objects of abstract types tell theirs first; all else comes in the order of the selection.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

Read = Callable[[Any, str, FieldNode], Any]


class Taker:
    """Takes by a subgraph's own schema. `read` gives a field of an object of a type, `typename` an object's type."""

    def __init__(self, schema: GraphQLSchema, read: Read, typename: Callable[[Any], str]) -> None:
        self._schema = schema
        self._read = read
        self._typename = typename

    def take(self, source: Any, type_name: str, selection: SelectionSetNode) -> dict[str, Any]:
        declared: Any = self._schema.type_map[type_name]
        taken: dict[str, Any] = {}
        if is_abstract_type(declared):
            taken["__typename"] = type_name = self._typename(source)
        self._add(taken, source, type_name, selection)
        return taken

    def _add(self, taken: dict[str, Any], source: Any, type_name: str, selection: SelectionSetNode) -> None:
        for item in selection.selections:
            if isinstance(item, FieldNode):
                taken[item.name.value] = self._field(source, type_name, item)
            elif isinstance(item, InlineFragmentNode) and self._applies(item, type_name):
                self._add(taken, source, type_name, item.selection_set)

    def _field(self, source: Any, type_name: str, node: FieldNode) -> Any:
        declared: Any = self._schema.type_map[type_name]
        named = get_named_type(declared.fields[node.name.value].type)
        value = self._read(source, type_name, node)
        return self._below(value, named.name, node.selection_set) if is_composite_type(named) else value

    def _below(self, value: Any, type_name: str, selection: Any) -> Any:
        if isinstance(value, list):
            return [self._below(item, type_name, selection) for item in value]
        return None if value is None else self.take(value, type_name, selection)

    def _applies(self, fragment: InlineFragmentNode, type_name: str) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == type_name:
            return True
        condition: Any = self._schema.type_map[fragment.type_condition.name.value]
        declared: Any = self._schema.type_map.get(type_name)
        return (
            declared is not None and isinstance(condition, GraphQLAbstractType) and self._is_among(condition, declared)
        )

    def _is_among(self, condition: Any, declared: Any) -> bool:
        return self._schema.is_sub_type(condition, declared)
