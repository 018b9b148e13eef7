"""Which definitions of a supergraph SDL are machinery (join, link, tag, ...) and which are the graph itself."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import DocumentNode, SchemaDefinitionNode, value_from_ast_untyped
from graphql.language import ast

from gateway.supergraph.model import SupergraphError

_VERSION = re.compile(r"^v\d+\.\d+$")
_KNOWN_IN = {
    ("authenticated", "authenticated"): "authenticated",
    ("requiresScopes", "requiresScopes"): "requiresScopes",
    ("policy", "policy"): "policy",
    ("cost", "cost"): "cost",
    ("cost", "listSize"): "listSize",
}
_ALWAYS = frozenset({"join", "link", "core", "federation", "inaccessible", "tag"})
# What `context` does to a field is refused where a field uses it; without such a field it does nothing.
_UNDERSTOOD = _ALWAYS | {"context"} | {feature for feature, _ in _KNOWN_IN}


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
    for link in _links(definitions):
        yield link.get("as") or _named(link)


def _links(definitions: Iterable[ast.DefinitionNode]) -> Iterator[dict[str, Any]]:
    for definition in definitions:
        if isinstance(definition, SchemaDefinitionNode | ast.SchemaExtensionNode):
            yield from (*applied(definition, "link"), *applied(definition, "core"))


def _named(link: dict[str, Any]) -> str:
    parts = [part for part in str(link.get("url") or link.get("feature")).split("/") if part]
    return parts[-2] if _VERSION.match(parts[-1]) and len(parts) > 1 else parts[-1]


def check_features(document: DocumentNode) -> None:
    """Whoever links a feature `for: SECURITY` or `for: EXECUTION` wants it kept or the whole refused.

    Raises SupergraphError.
    """
    for link in _links(document.definitions):
        if link.get("for") and _named(link) not in _UNDERSTOOD:
            raise SupergraphError(f"it needs '{_named(link)}' for {link['for']}, which this gateway does not know")


def known_directives(document: DocumentNode) -> dict[str, str]:
    """Names in this document of the directives that this gateway knows, to their own: a link may rename them.

    `@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "auth")` makes `@auth` of `@authenticated`.
    """
    found = {name: name for name in _KNOWN_IN.values()}
    for link in _links(document.definitions):
        feature, prefix = _named(link), link.get("as") or _named(link)
        for (of, directive), name in _KNOWN_IN.items():
            if of == feature:
                found[prefix if directive == of else f"{prefix}__{directive}"] = name
        for item in link.get("import") or ():
            imported = _imported(feature, item) if isinstance(item, dict) and item.get("as") else None
            if imported is not None:
                found[str(item["as"]).removeprefix("@")] = imported
    return found


def _imported(feature: str, item: dict[str, Any]) -> str | None:
    return _KNOWN_IN.get((feature, str(item.get("name")).removeprefix("@")))


def is_machinery(type_name: str, features: frozenset[str]) -> bool:
    """`join__Graph` and `federation__Scope` belong to a feature; `Book` and `my__Own` do not."""
    prefix, separator, _ = type_name.partition("__")
    return bool(separator) and prefix in features


def named_of(node: ast.TypeNode) -> str:
    while not isinstance(node, ast.NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]  # lists and non-nulls wrap another type.
    return node.name.value
