"""What fields weigh and how long their lists are, for estimating the cost of an operation before it is run.

`@cost` and `@listSize` of the supergraph say it. Where they do not: an object weighs 1, a scalar or an enum nothing,
a mutation 10 more, and a list is as long as its `first` or `last` argument says, or as `UNSIZED_LIST`. Of a
connection, which is no list itself, they are the length of its `edges` and `nodes`, or else `UNSIZED_PAGE`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLSchema,
    IntValueNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from gateway.supergraph import AppliedDirective, Supergraph

UNSIZED_LIST: Final = 10
UNSIZED_PAGE: Final = 20  # as long as pages usually are that nobody gave a length
_MUTATION: Final = 10
_SLICING: Final = ("first", "last")
_SIZED: Final = frozenset({"edges", "nodes"})
_INTROSPECTED: Final = 5
_Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListSize:
    """How long a field's list is: the largest of its slicing arguments, or `assumed` where none is given.

    With `sized` it is the length of these fields of the answer, and the field itself counts once.
    """

    slicing: tuple[str, ...] = ()
    assumed: int = UNSIZED_LIST
    sized: frozenset[str] = frozenset()


class Weighed(NamedTuple):
    """A field: what one weighs, how many there are, what type it is of, and the lengths its arguments have by default.

    `size` is None for a field that is neither a list nor a connection.
    """

    weight: int
    size: ListSize | None
    type_name: str
    defaults: Mapping[str, int]


class Weights:
    """Of the fields of one schema; `roots` are its root types by the kind of operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fields: Mapping[_Place, Iterable[AppliedDirective]] | None = None,
        types: Mapping[str, Iterable[AppliedDirective]] | None = None,
    ) -> None:
        """`fields` and `types` are the directives of those."""
        roots = {"query": schema.query_type, "mutation": schema.mutation_type, "subscription": schema.subscription_type}
        self.roots = {kind: found.name for kind, found in roots.items() if found is not None}
        self._schema = schema
        self._fields = {place: weight for place, found in (fields or {}).items() for weight in _weight(found)}
        self._types = {name: weight for name, found in (types or {}).items() for weight in _weight(found)}
        self._lists = {place: size for place, found in (fields or {}).items() for size in _list_size(found)}
        self._lists["__Schema", "types"] = ListSize(assumed=len(schema.type_map))
        self._known: dict[_Place, Weighed] = {}

    @classmethod
    def of(cls, supergraph: Supergraph) -> "Weights":
        return cls(supergraph.public, supergraph.field_directives, supergraph.type_directives)

    def field(self, type_name: str, name: str) -> Weighed | None:
        """None for a field that the schema has not."""
        known = self._known.get((type_name, name))
        return known or self._look_up(type_name, name)

    def _look_up(self, type_name: str, name: str) -> Weighed | None:
        parent = self._schema.type_map.get(type_name)
        definition = self._schema.get_field(parent, name) if is_composite_type(parent) else None
        if definition is None:
            return None  # and not remembered: there is no end of names that are not there
        size = self._size(type_name, name, definition)
        defaults = _defaults(definition, size.slicing if size else ())
        weight = self._weigh(type_name, name, definition)
        found = self._known[type_name, name] = Weighed(weight, size, get_named_type(definition.type).name, defaults)
        return found

    def _weigh(self, type_name: str, name: str, definition: GraphQLField) -> int:
        of = get_named_type(definition.type)
        default = 1 if not is_leaf_type(of) or type_name.startswith("__") else 0
        weight = self._fields.get((type_name, name), self._types.get(of.name, default))
        return weight + (_MUTATION if type_name == self.roots.get("mutation") else 0)

    def _size(self, type_name: str, name: str, definition: GraphQLField) -> ListSize | None:
        told = self._lists.get((type_name, name))
        if told is not None:
            return told
        inner = definition.type.of_type if is_non_null_type(definition.type) else definition.type
        slicing = tuple(argument for argument in _SLICING if argument in definition.args)
        if is_list_type(inner):
            return ListSize(slicing, _INTROSPECTED if type_name.startswith("__") else UNSIZED_LIST)
        return ListSize(slicing, UNSIZED_PAGE, _SIZED) if slicing else None


def _defaults(definition: GraphQLField, slicing: Iterable[str]) -> dict[str, int]:
    given = {name: argument.ast_node for name, argument in definition.args.items() if name in slicing}
    nodes = {name: node.default_value for name, node in given.items() if node is not None}
    return {name: int(node.value) for name, node in nodes.items() if isinstance(node, IntValueNode)}


def _weight(found: Iterable[AppliedDirective]) -> list[int]:
    return [max(0, int(each.arguments.get("weight") or 0)) for each in found if each.name == "cost"]


def _list_size(found: Iterable[AppliedDirective]) -> list[ListSize]:
    return [_told(each.arguments) for each in found if each.name == "listSize"]


def _told(arguments: Mapping[str, Any]) -> ListSize:
    assumed = arguments.get("assumedSize")
    return ListSize(
        tuple(arguments.get("slicingArguments") or ()),
        UNSIZED_LIST if assumed is None else int(assumed),
        frozenset(arguments.get("sizedFields") or ()),
    )
