"""An operation of a validated document, and the same with the variables of one request."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    VariableValues,
    print_ast,
)
from graphql.language import ast

from gateway.operation.conditions import condition_variables, is_included, reached_fragments
from gateway.operation.cost import Cost, Costing
from gateway.operation.errors import RequestErrors, RequestFailure
from gateway.operation.fields import FieldUse, FieldWalk
from gateway.operation.lru import Lru
from gateway.supergraph import SelectionReader, SelectionSet

_VARIANTS_REMEMBERED = 64


class Operation:
    """One operation of one document. The same object serves every request for it, so it may key other caches."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        node: OperationDefinitionNode,
        costing: Costing,
        tokens: int = 0,
    ) -> None:
        """`tokens` is what remembering it weighs."""
        fragments = {item.name.value: item for item in document.definitions if isinstance(item, FragmentDefinitionNode)}
        self.schema = schema
        self.document = document
        self.node = node
        self.tokens = tokens
        self._costing = costing
        self.kind = node.operation.value
        self.fragments: Mapping[str, FragmentDefinitionNode] = reached_fragments(node.selection_set, fragments)
        self.conditions = condition_variables(self._selections())
        self.declarations = {item.variable.name.value: _declaration(item) for item in node.variable_definitions or ()}
        self._nodes = [field for selection in self._selections() for field in _fields(selection)]
        self._ids = {id(field): number for number, field in enumerate(self._nodes)}
        self._asked: Lru[tuple[bool, ...], tuple[str, ...]] = Lru(_VARIANTS_REMEMBERED)
        self._costs: Lru[tuple[Any, ...], Cost] = Lru(_VARIANTS_REMEMBERED)
        self._uses: Lru[tuple[bool, ...], tuple[FieldUse, ...]] = Lru(_VARIANTS_REMEMBERED)

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    def fields(self, decided: tuple[bool, ...]) -> tuple[FieldUse, ...]:
        """Every field asked, in the order of the answer, under these values of the condition variables.

        Raises RequestErrors where there are too many of them.
        """
        found = self._uses.get(decided)
        if found is not None:
            return found
        root = self.schema.get_root_type(self.node.operation)
        walk = FieldWalk(self.schema, self.fragments, self._included(decided), self._ids)
        try:
            uses = tuple(walk.walk(self.node.selection_set, root.name)) if root else ()
        except RecursionError as error:
            raise RequestErrors.one(RequestFailure.VALIDATION, "The operation is nested too deeply.") from error
        return self._uses.put(decided, uses)

    def cost(self, decided: tuple[bool, ...], variables: Mapping[str, Any]) -> Cost:
        """What it costs at most, with the lengths of lists that its variables ask for."""
        asked = self._asked.get(decided)
        found = None if asked is None else self._costs.get((decided, *_values(variables, asked)))
        if found is not None:
            return found
        found = self._costing.reckon(variables)
        asked = self._asked.put(decided, tuple(sorted(found.variables)))
        return self._costs.put((decided, *_values(variables, asked)), found)

    def selection(self, decided: tuple[bool, ...], removed: AbstractSet[int] = frozenset()) -> SelectionSet:
        """What is asked; `removed` are ids of field uses that must not be fetched."""
        gone = frozenset(id(self._nodes[number]) for number in removed)
        return SelectionReader(self.fragments, self._included(decided), gone).read(self.node.selection_set)

    def _included(self, decided: tuple[bool, ...]) -> "_Included":
        return _Included(dict(zip(self.conditions, decided, strict=True)))

    def _selections(self) -> list[ast.SelectionSetNode]:
        return [self.node.selection_set, *(fragment.selection_set for fragment in self.fragments.values())]


@dataclass(frozen=True, slots=True)
class _Included:
    decided: Mapping[str, bool]

    def __call__(self, node: ast.SelectionNode) -> bool:
        return is_included(node, self.decided)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A request that may be planned: valid, its variables coerced. `decided` are its condition booleans.

    `cost` is what it may cost at most, in units of cost.py; `variant` is which variant of the supergraph serves it.
    """

    operation: Operation
    decided: tuple[bool, ...]
    values: VariableValues
    cost: int = 0
    variant: int = 0

    @property
    def variables(self) -> Mapping[str, Any]:
        """The coerced variables, defaults filled in; one that was not given and has no default is absent."""
        return self.values.coerced

    @property
    def fields(self) -> tuple[FieldUse, ...]:
        """Every field asked; computed once per operation and conditions."""
        return self.operation.fields(self.decided)


def _values(variables: Mapping[str, Any], asked: tuple[str, ...]) -> Iterator[int | str]:
    """What matters of variables that say how long lists are: a number, or else whether they were given."""
    for name in asked:
        value = variables.get(name)
        yield value if isinstance(value, int) else "null" if name in variables else "absent"


def _declaration(node: ast.VariableDefinitionNode) -> str:
    """With its default, because a nullable variable with one may stand where null may not."""
    default = f" = {print_ast(node.default_value)}" if node.default_value else ""
    return f"${node.variable.name.value}: {print_ast(node.type)}{default}"


def _fields(selection: ast.SelectionSetNode) -> Iterator[FieldNode]:
    for item in selection.selections:
        if isinstance(item, FieldNode):
            yield item
        if isinstance(item, FieldNode | InlineFragmentNode) and item.selection_set:
            yield from _fields(item.selection_set)
