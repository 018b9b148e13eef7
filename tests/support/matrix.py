"""Every path of the public graph as requests, generated from its schema: a new field is among them by being there.

    root field, arguments by matrix_values.py  ->  each object within reach, with its leaves  ->  documents of paths

A type is expanded twice on a path at most, so that an incident's company's incidents are reached and their company's
are not. Of the paths that end in the same fields, each of the last few behind the one before, the shortest is asked:
what a field tells depends on what it is asked of, and all paths would be a million. Documents hold a part of the paths
each, because a request may not be endless.
"""

import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from tests.support.matrix_values import Slot, Target, Values, step

Path: TypeAlias = tuple[str, ...]
Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType
MOST_REPEATS: Final = 2
DEEPEST: Final = 8
PART: Final = os.environ.get("REGISTRY_MATRIX_PART", "")  # the long run asks for little at a time
PATHS_PER_DOCUMENT: Final = 8 if PART else 20
MOST_PLACES: Final = 4_000  # to be planned in a document, each as often as an interface on the way has types
LAST: Final = 3 if PART else 2
_SHALLOW: Final = 3
_PAGE: Final = 20  # the whole history of an incident of the matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A document and the arguments of its root field; `named` tells whether they name anything of the target."""

    root: str
    document: str
    variables: Mapping[str, Any]
    named: bool

    @property
    def is_told(self) -> bool:
        """Bit by bit, as it happens: the same question is never answered alike."""
        return self.document.startswith("subscription")

    @property
    def paths(self) -> int:
        """How many fields it asks."""
        return len(re.findall(r"\w+(?=[ (])", self.document.partition("{")[2]))


def questions(
    schema: GraphQLSchema, kind: str, target: Target, entries: Mapping[str, str], base: Target | None = None
) -> Iterator[Question]:
    """All of a kind of operation, such as `query`: the plain call of each field deep, each further argument not.

    With a `base`, the calls that name a thing of the target among things of the base.
    """
    root = schema.get_root_type(OperationType(kind))
    assert root is not None
    for name, asked in root.fields.items():
        for slot in ((), *_slots(asked)) if base is None else _every_slot(asked.args):
            yield from _calls(schema, kind, name, asked, slot, _Things(target, entries, base))


@dataclass(frozen=True, slots=True)
class _Things:
    target: Target
    entries: Mapping[str, str]
    base: Target | None


def _calls(
    schema: GraphQLSchema,
    kind: str,
    name: str,
    asked: GraphQLField,
    slot: Slot,
    things: _Things,
) -> Iterator[Question]:
    """By id and, where that makes a difference, by code."""
    deepest = DEEPEST if kind == "query" and things.base is None and _is_main(asked, slot) else _SHALLOW
    earlier: list[dict[str, Any]] = []
    for by in ("id", "code"):
        values = Values(things.target, things.entries, owner=_owner(asked), by=by, base=things.base)
        variables = _variables(asked, slot, values)
        if variables not in earlier and (things.base is None or values.named):
            earlier.append(variables)
            for document in _documents(schema, kind, name, asked, variables, deepest):
                yield Question(root=name, document=document, variables=variables, named=values.named)


def _is_main(asked: GraphQLField, slot: Slot) -> bool:
    """The way to the whole tree: without any argument, or where there is nothing without, by id."""
    return slot == (("id",) if "id" in asked.args and not is_required_argument(asked.args["id"]) else ())


def _slots(asked: GraphQLField) -> Iterator[Slot]:
    for name, argument in asked.args.items():
        inner = get_named_type(argument.type)
        if not is_required_argument(argument):
            yield (name,)
        if isinstance(inner, GraphQLInputObjectType) and inner.name != "Reference":
            yield from ((name, *more) for more in _inner_slots(inner))


def _inner_slots(kind: GraphQLInputObjectType) -> Iterator[Slot]:
    for name, each in kind.fields.items():
        inner = get_named_type(each.type)
        if not is_required_input_field(each):
            yield (name,)
        elif isinstance(inner, GraphQLInputObjectType) and inner.name != "Reference":
            yield from ((name, *more) for more in _inner_slots(inner))


def _every_slot(fields: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]) -> Iterator[Slot]:
    """The required ones too."""
    for name, each in fields.items():
        inner = get_named_type(each.type)
        if isinstance(inner, GraphQLInputObjectType) and inner.name != "Reference":
            yield from ((name, *more) for more in _every_slot(inner.fields))
        else:
            yield (name,)


def _variables(asked: GraphQLField, slot: Slot, values: Values) -> dict[str, Any]:
    given: dict[str, GraphQLArgument | GraphQLInputField] = {
        name: each for name, each in asked.args.items() if is_required_argument(each) or name in slot[:1]
    }
    return {name: values.of(name, each.type, step(slot, name)) for name, each in given.items()}


def _owner(asked: GraphQLField) -> str:
    """The type that the field is about: `Incident` of a connection of them, or of a payload with one."""
    kind = get_named_type(asked.type)
    if isinstance(kind, GraphQLObjectType) and kind.name.endswith("Payload"):
        held = (get_named_type(each.type) for each in kind.fields.values())
        return next(each.name for each in held if isinstance(each, Composite) and each.name != "UserError")
    return kind.name.removesuffix("Connection")


def _documents(
    schema: GraphQLSchema, kind: str, name: str, asked: GraphQLField, variables: Mapping[str, Any], deepest: int
) -> Iterator[str]:
    declared = ", ".join(f"${each}: {asked.args[each].type}" for each in variables)
    given = ", ".join(f"{each}: ${each}" for each in variables)
    head, call = f"{kind} ({declared})" if declared else kind, f"{name}({given})" if given else name
    returned = get_named_type(asked.type)
    assert isinstance(returned, Composite)
    for chunk in _chunks(paths_from(schema, returned, call, deepest)):
        yield f"{head} {_printed(chunk)}"


def _chunks(paths: Iterator[tuple[Path, list[str], int]]) -> Iterator[list[tuple[Path, list[str]]]]:
    """As many as a request may hold, and as its plan may."""
    chunk: list[tuple[Path, list[str]]] = []
    places = 0
    for path, leaves, ways in paths:
        if chunk and (len(chunk) == PATHS_PER_DOCUMENT or places + len(leaves) * ways > MOST_PLACES):
            yield chunk
            chunk, places = [], 0
        chunk.append((path, leaves))
        places += len(leaves) * ways
    if chunk:
        yield chunk


def paths_from(
    schema: GraphQLSchema, kind: Composite, call: str, deepest: int
) -> Iterator[tuple[Path, list[str], int]]:
    """Each object within reach of one: the way to it, its leaves, and how many ways it is planned; near ones first."""
    ends: set[tuple[str, ...]] = set()
    waiting = deque([_Place((call,), (), (kind,))])
    while waiting:
        place = waiting.popleft()
        yield (
            place.path,
            ["__typename", *(_call(name, each) for name, each in place.kind.fields.items() if _is_leaf(each))],
            _ways(schema, place),
        )
        for further in _below(schema, place):
            if further.end not in ends and further.has_news and len(further.path) <= deepest:
                ends.add(further.end)
                waiting.append(further)


@dataclass(frozen=True, slots=True)
class _Place:
    """An object: the way to it, the fields on the way with their types, and the types of the objects on it."""

    path: Path
    fields: tuple[str, ...]
    kinds: tuple[Composite, ...]

    @property
    def kind(self) -> Composite:
        return self.kinds[-1]

    @property
    def end(self) -> tuple[str, ...]:
        return self.fields[-LAST:]

    @property
    def has_news(self) -> bool:
        return self.kinds.count(self.kind) <= MOST_REPEATS

    def below(self, word: str, kind: Composite) -> "_Place":
        return _Place((*self.path, word), (*self.fields, f"{self.kind.name}.{word}"), (*self.kinds, kind))


def _below(schema: GraphQLSchema, place: _Place) -> Iterator[_Place]:
    if isinstance(place.kind, GraphQLInterfaceType):
        for each in schema.get_possible_types(place.kind):
            yield place.below(f"... on {each.name}", each)
    for name, asked in place.kind.fields.items():
        inner = get_named_type(asked.type)
        if isinstance(inner, Composite):
            yield place.below(_call(name, asked), inner)


def _ways(schema: GraphQLSchema, place: _Place) -> int:
    """One for each type of each interface on the way that is not told apart by a fragment."""
    words = (*place.path[1:], "")
    return prod(
        len(schema.get_possible_types(kind))
        for kind, word in zip(place.kinds, words, strict=True)
        if isinstance(kind, GraphQLInterfaceType) and not word.startswith("... on")
    )


def _is_leaf(each: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(each.type))


def _call(name: str, each: GraphQLField) -> str:
    return f"{name}(first: {_PAGE})" if "first" in each.args else name


def _printed(chunk: list[tuple[Path, list[str]]]) -> str:
    tree: dict[str, Any] = {}
    for path, leaves in chunk:
        place = tree
        for each in path:
            place = place.setdefault(each, {})
        place |= {leaf: {} for leaf in leaves if leaf not in place}
    return _braces(tree)


def _braces(tree: Mapping[str, Any]) -> str:
    return "{ " + " ".join(f"{key} {_braces(inner)}" if inner else key for key, inner in tree.items()) + " }"
