"""Which definitions of a supergraph SDL are machinery (join, link, tag, ...) and which are the graph itself."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import DocumentNode, SchemaDefinitionNode, value_from_ast_untyped
from graphql.language import ast

_VERSION = re.compile(r"^v\d+\.\d+$")
_ALWAYS = frozenset({"join", "link", "core", "federation", "inaccessible", "tag"})


def arguments_of(directive: ast.DirectiveNode) -> dict[str, Any]:
    """The arguments as plain values; enum values are their names."""
    return {argument.name.value: value_from_ast_untyped(argument.value) for argument in directive.arguments or ()}


def applied(node: Any, name: str) -> Iterator[dict[str, Any]]:
    """The arguments of each application of a directive on a node."""
    for directive in getattr(node, "directives", None) or ():
        if directive.name.value == name:
            yield arguments_of(directive)


def feature_names(document: DocumentNode) -> frozenset[str]:
    """The names of the linked specifications: `https://specs.apollo.dev/tag/v0.3` is `tag`, unless renamed by `as`."""
    return _ALWAYS | frozenset(_linked(document.definitions))


def _linked(definitions: Iterable[ast.DefinitionNode]) -> Iterator[str]:
    for definition in definitions:
        if isinstance(definition, SchemaDefinitionNode | ast.SchemaExtensionNode):
            for link in (*applied(definition, "link"), *applied(definition, "core")):
                parts = [part for part in str(link.get("url") or link.get("feature")).split("/") if part]
                name = parts[-2] if _VERSION.match(parts[-1]) and len(parts) > 1 else parts[-1]
                yield link.get("as") or name


def is_machinery(type_name: str, features: frozenset[str]) -> bool:
    """`join__Graph` and `federation__Scope` belong to a feature; `Book` and `my__Own` do not."""
    prefix, separator, _ = type_name.partition("__")
    return bool(separator) and prefix in features


def named_of(node: ast.TypeNode) -> str:
    while not isinstance(node, ast.NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]  # lists and non-nulls wrap another type.
    return node.name.value
