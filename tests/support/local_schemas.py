"""What a subgraph's schema, as written for federation, says of its types: keys, and how each field is answered.

Read from the directives of the text itself, so that tests have a second opinion beside the supergraph's tables.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import SelectionSetNode, parse, value_from_ast_untyped
from graphql.language import ast

_NAMED = (
    ast.ObjectTypeDefinitionNode,
    ast.ObjectTypeExtensionNode,
    ast.InterfaceTypeDefinitionNode,
    ast.InterfaceTypeExtensionNode,
    ast.UnionTypeDefinitionNode,
)


@dataclass(frozen=True, slots=True)
class LocalField:
    """`named` is its type without lists and non-nulls; `external` fields are answered by other subgraphs."""

    named: str
    external: bool
    requires: SelectionSetNode | None
    overrides: str | None


@dataclass(slots=True)
class LocalType:
    name: str
    interfaces: set[str] = field(default_factory=set)
    keys: list[SelectionSetNode] = field(default_factory=list)
    fields: dict[str, LocalField] = field(default_factory=dict)
    is_interface_object: bool = False


def read_local_types(sdl: str) -> dict[str, LocalType]:
    """Objects, interfaces and unions by name; several definitions of one type are taken together."""
    types: dict[str, LocalType] = {}
    for node in parse(sdl, no_location=True).definitions:
        if isinstance(node, _NAMED):
            _add(types.setdefault(node.name.value, LocalType(node.name.value)), node)
    return types


def _add(local: LocalType, node: Any) -> None:
    local.interfaces |= {named.name.value for named in getattr(node, "interfaces", None) or ()}
    local.keys += [selection_of(key["fields"]) for key in _applied(node, "key")]
    local.is_interface_object |= any(_applied(node, "interfaceObject"))
    external = any(_applied(node, "external"))
    in_keys = {item.name.value for key in local.keys for item in key.selections if isinstance(item, ast.FieldNode)}
    for one in getattr(node, "fields", None) or ():
        local.fields[one.name.value] = _field(one, external=external, in_key=one.name.value in in_keys)


def _field(node: ast.FieldDefinitionNode, *, external: bool, in_key: bool) -> LocalField:
    """Federation 1 calls the keys of what it extends external, and answers them all the same.

    Of progressive overrides those for a share of the requests are on, those with names of their own off.
    """
    override = next(_applied(node, "override"), {})
    is_off = not str(override.get("label", "percent(")).startswith("percent(")
    requires = next((given["fields"] for given in _applied(node, "requires")), None)
    return LocalField(
        named=_named(node.type),
        external=not in_key and (external or is_off or any(_applied(node, "external"))),
        requires=None if requires is None else selection_of(requires),
        overrides=None if is_off else override.get("from"),
    )


def _applied(node: Any, name: str) -> Iterator[Mapping[str, Any]]:
    for directive in node.directives or ():
        if directive.name.value == name:
            yield {one.name.value: value_from_ast_untyped(one.value) for one in directive.arguments or ()} or {"": True}


def _named(node: Any) -> str:
    return str(node.name.value) if isinstance(node, ast.NamedTypeNode) else _named(node.type)


def selection_of(fields: str) -> SelectionSetNode:
    """The fields of a `@key` or `@requires` as a selection."""
    (definition,) = parse("{" + fields + "}", no_location=True).definitions
    if not isinstance(definition, ast.OperationDefinitionNode):
        raise TypeError(fields)
    return definition.selection_set
