"""A selection of every field there is, made of the schema itself, so that a new field is in it by being there."""

from typing import Any, Final

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

_OF_LISTS: Final = frozenset({"edges", "node", "nodes", "pageInfo"})


def everything(kind: Any, steps: int, number: int) -> list[str]:
    """All fields of an object, of those so many steps away, and of one item of each list, in so many selections: one
    alone may be more than a document may hold.
    """
    chosen = _chosen(kind, steps)
    return [" ".join(chosen[part::number]) for part in range(number)]


def _chosen(kind: Any, steps: int) -> list[str]:
    chosen: list[str] = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if any(map(is_required_argument, field.args.values())):
            continue
        if is_leaf_type(inner):
            chosen.append(name)
        elif isinstance(inner, GraphQLObjectType) and (steps or name in _OF_LISTS):
            below = " ".join(_chosen(inner, steps if name in _OF_LISTS else steps - 1))
            chosen += [f"{name}{_length(field)} {{ {below} }}"] if below else []
    return chosen


def _length(field: GraphQLField) -> str:
    return "(first: 1)" if "first" in field.args else ""
