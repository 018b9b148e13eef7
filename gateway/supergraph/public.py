"""The schema that clients see: the graph without its machinery and without what is @inaccessible."""

from collections.abc import Iterable
from typing import Any

from graphql import DocumentNode, GraphQLSchema, SchemaDefinitionNode, build_ast_schema
from graphql.language import REMOVE, Visitor, ast, visit

from gateway.supergraph.features import named_of

_KEPT = frozenset({"deprecated", "specifiedBy", "oneOf"})


def public_schema(document: DocumentNode, own: Iterable[Any]) -> GraphQLSchema:
    """Build it from the whole document and the type definitions that are not machinery."""
    own = tuple(own)
    hidden = frozenset(node.name.value for node in own if _is_inaccessible(node))
    shown = [node for node in own if node.name.value not in hidden]
    roots = [node for node in document.definitions if isinstance(node, SchemaDefinitionNode)]
    stripped = visit(DocumentNode(definitions=(*roots, *shown)), _Strip(hidden))
    return build_ast_schema(stripped, assume_valid=True)


class _Strip(Visitor):
    """Removes hidden parts on the way down and foreign directives on the way up."""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__()
        self._hidden = hidden

    def enter(self, node: ast.Node, *_: object) -> object:
        return REMOVE if self._is_hidden(node) else None

    def leave(self, node: Any, *_: object) -> ast.Node | None:
        changes: dict[str, Any] = {}
        if getattr(node, "directives", None):
            changes["directives"] = tuple(item for item in node.directives if item.name.value in _KEPT)
        for names in ("interfaces", "types", "operation_types"):
            if getattr(node, names, None):
                changes[names] = tuple(item for item in getattr(node, names) if not self._refers_to_hidden(item))
        return _changed(node, changes) if changes else None

    def _is_hidden(self, node: ast.Node) -> bool:
        if isinstance(node, ast.FieldDefinitionNode | ast.InputValueDefinitionNode):
            return _is_inaccessible(node) or named_of(node.type) in self._hidden
        return isinstance(node, ast.EnumValueDefinitionNode) and _is_inaccessible(node)

    def _refers_to_hidden(self, item: Any) -> bool:
        named = item.type if isinstance(item, ast.OperationTypeDefinitionNode) else item
        return named.name.value in self._hidden


def _is_inaccessible(node: Any) -> bool:
    return any(directive.name.value == "inaccessible" for directive in node.directives or ())


def _changed(node: Any, changes: dict[str, Any]) -> ast.Node:
    kept = {key: getattr(node, key) for key in node.keys if key != "loc"}
    changed: ast.Node = type(node)(**(kept | changes))
    return changed
