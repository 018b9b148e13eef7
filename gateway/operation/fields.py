"""Every place where an operation asks a field, for whoever decides which of them may be asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    VariableValues,
    get_argument_values,
    get_named_type,
    is_list_type,
    is_non_null_type,
)
from graphql.language import ast

from gateway.operation.errors import RequestErrors, RequestFailure

PLACES_AT_MOST = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class FieldUse:
    """A field at one place of the answer.

    `id` names the field in the document (hand it to the engine to have the field removed); a fragment spread at two
    places gives two uses with one id. `path` is the place in the answer, lists as `@`. `fragments` are the type
    conditions crossed since the enclosing field, for rules on the types of fragments.
    """

    id: int
    type_name: str
    field_name: str
    path: tuple[str, ...]
    fragments: tuple[str, ...]
    definition: GraphQLField
    node: FieldNode

    @property
    def coordinate(self) -> str:
        return f"{self.type_name}.{self.field_name}"

    @property
    def output_type(self) -> str:
        return get_named_type(self.definition.type).name

    def arguments(self, variables: VariableValues) -> dict[str, Any]:
        """The coerced argument values, defaults filled in. Raises GraphQLError where one does not fit."""
        return get_argument_values(self.definition, self.node, variables)


class FieldWalk:
    """Walks an operation as the answer will be shaped, fragments followed. Meta fields are not listed."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        included: Callable[[ast.SelectionNode], bool],
        ids: Mapping[int, int],
    ) -> None:
        """`ids` gives the number of each field node by its `id()`."""
        self._schema = schema
        self._fragments = fragments
        self._included = included
        self._ids = ids
        self._places = 0

    def walk(
        self, selection: ast.SelectionSetNode, type_name: str, path: tuple[str, ...] = (), crossed: tuple[str, ...] = ()
    ) -> Iterator[FieldUse]:
        for item in selection.selections:
            if self._included(item):
                self._spend()
                yield from self._item(item, type_name, path, crossed)

    def _item(
        self, item: ast.SelectionNode, type_name: str, path: tuple[str, ...], crossed: tuple[str, ...]
    ) -> Iterator[FieldUse]:
        if isinstance(item, FieldNode):
            yield from self._field(item, type_name, path, crossed)
        elif isinstance(item, InlineFragmentNode):
            condition = item.type_condition.name.value if item.type_condition else type_name
            yield from self.walk(item.selection_set, condition, path, (*crossed, condition))
        elif isinstance(item, FragmentSpreadNode):
            definition = self._fragments[item.name.value]
            condition = definition.type_condition.name.value
            yield from self.walk(definition.selection_set, condition, path, (*crossed, condition))

    def _field(
        self, node: FieldNode, type_name: str, path: tuple[str, ...], crossed: tuple[str, ...]
    ) -> Iterator[FieldUse]:
        parent = self._schema.type_map[type_name]
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) or node.name.value.startswith("__"):
            return
        definition = parent.fields[node.name.value]
        here = (*path, node.alias.value if node.alias else node.name.value)
        yield FieldUse(self._ids[id(node)], type_name, node.name.value, here, crossed, definition, node)
        if node.selection_set:
            named = get_named_type(definition.type).name
            yield from self.walk(node.selection_set, named, here + _lists(definition.type))

    def _spend(self) -> None:
        self._places += 1
        if self._places > PLACES_AT_MOST:
            raise RequestErrors.one(
                RequestFailure.VALIDATION, f"The operation asks fields at more than {PLACES_AT_MOST} places."
            )


def _lists(of: Any) -> tuple[str, ...]:
    if is_non_null_type(of):
        return _lists(of.of_type)
    return ("@", *_lists(of.of_type)) if is_list_type(of) else ()
