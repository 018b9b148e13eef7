"""Directives of the graph's own making (or of security), kept for whoever decides by them.

They come as written, or wrapped as `@join__directive(graphs: [...], name: "companyScope", args: {...})`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql.language import ast

from gateway.supergraph.features import arguments_of, is_machinery
from gateway.supergraph.model import AppliedDirective

_DESCRIBING = frozenset({"deprecated", "specifiedBy", "oneOf", "inaccessible", "tag"})


@dataclass(frozen=True, slots=True)
class Naming:
    """What names mean in one supergraph: those of features are machinery, those `known` have a name of their own."""

    features: frozenset[str]
    known: Mapping[str, str]

    def own(self, node: Any) -> Iterator[AppliedDirective]:
        for directive in node.directives or ():
            name, arguments = directive.name.value, arguments_of(directive)
            if name == "join__directive":
                name, arguments = arguments["name"], arguments.get("args") or {}
                yield AppliedDirective(self.known.get(name, name), arguments)
            elif name in self.known:
                yield AppliedDirective(self.known[name], arguments)
            elif name not in _DESCRIBING and not is_machinery(name, self.features):
                yield AppliedDirective(name, arguments)


def directives_of_fields(
    definitions: Iterable[ast.DefinitionNode], naming: Naming
) -> dict[tuple[str, str], tuple[AppliedDirective, ...]]:
    """By (type, field); a field without such directives has no entry."""
    return {
        (definition.name.value, field.name.value): found
        for definition in definitions
        if isinstance(definition, ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode)
        for field in definition.fields or ()
        if (found := tuple(naming.own(field)))
    }


def directives_of_types(definitions: Iterable[Any], naming: Naming) -> dict[str, tuple[AppliedDirective, ...]]:
    """By type: objects, interfaces, scalars, enums. A type without such directives has no entry."""
    return {definition.name.value: found for definition in definitions if (found := tuple(naming.own(definition)))}
