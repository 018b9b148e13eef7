"""Directives of the graph's own making (or of security), kept for whoever decides by them.

They come as written, or wrapped as `@join__directive(graphs: [...], name: "companyScope", args: {...})`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from graphql.language import ast

from gateway.supergraph.features import arguments_of, is_machinery
from gateway.supergraph.model import AppliedDirective

_DESCRIBING = frozenset({"deprecated", "specifiedBy", "oneOf", "inaccessible", "tag"})


def directives_of_fields(
    definitions: Iterable[ast.DefinitionNode], features: frozenset[str]
) -> dict[tuple[str, str], tuple[AppliedDirective, ...]]:
    """By (type, field); a field without such directives has no entry."""
    return {
        (definition.name.value, field.name.value): found
        for definition in definitions
        if isinstance(definition, ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode)
        for field in definition.fields or ()
        if (found := tuple(_own(field, features)))
    }


def directives_of_types(
    definitions: Iterable[Any], features: frozenset[str]
) -> dict[str, tuple[AppliedDirective, ...]]:
    """By type: objects, interfaces, scalars, enums. A type without such directives has no entry."""
    return {definition.name.value: found for definition in definitions if (found := tuple(_own(definition, features)))}


def _own(node: Any, features: frozenset[str]) -> Iterator[AppliedDirective]:
    for directive in node.directives or ():
        name, arguments = directive.name.value, arguments_of(directive)
        if name == "join__directive":
            yield AppliedDirective(arguments["name"], arguments.get("args") or {})
        elif name not in _DESCRIBING and not is_machinery(name, features):
            yield AppliedDirective(name, arguments)
