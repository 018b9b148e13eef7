"""The join directives of one type definition, read into its table.

Version 0.1 of the join specification (Federation 1) writes down less: a type without @join__type is everywhere, one
with @join__owner answers its plain fields in the owner only and keys where they are, and who implements or belongs to
what holds everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import print_ast
from graphql.language import ast

from gateway.supergraph.features import applied
from gateway.supergraph.model import Graph, JoinedField, JoinedType, Key, Kind, Resolver, SupergraphError
from gateway.supergraph.selections import SelectedField, field_set

KINDS: Mapping[type[ast.Node], Kind] = {
    ast.ObjectTypeDefinitionNode: Kind.OBJECT,
    ast.InterfaceTypeDefinitionNode: Kind.INTERFACE,
    ast.UnionTypeDefinitionNode: Kind.UNION,
    ast.EnumTypeDefinitionNode: Kind.ENUM,
    ast.ScalarTypeDefinitionNode: Kind.SCALAR,
    ast.InputObjectTypeDefinitionNode: Kind.INPUT,
}


@dataclass(frozen=True, slots=True)
class Joins:
    """How to read join directives: the graphs there are, and the override labels that are on."""

    graphs: Mapping[str, Graph]
    labels: frozenset[str]

    def read(self, node: Any) -> JoinedType:
        kind, keys = KINDS[type(node)], self._keys(node)
        return JoinedType(
            name=node.name.value,
            kind=kind,
            fields={field.name: field for field in self._fields(node, kind, keys)},
            keys=keys,
            interface_object_in=frozenset(
                join["graph"] for join in applied(node, "join__type") if join.get("isInterfaceObject")
            ),
            interfaces=frozenset(named.name.value for named in getattr(node, "interfaces", None) or ()),
            implements=self._implements(node, keys),
            members=self._members(node, kind, keys),
        )

    def _keys(self, node: Any) -> dict[str, tuple[Key, ...]]:
        keys: dict[str, tuple[Key, ...]] = {}
        for join in applied(node, "join__type"):
            text, graph = join.get("key"), join["graph"]
            new = (Key(field_set(text), join.get("resolvable", True)),) if text else ()
            keys[graph] = keys.get(graph, ()) + new
        return keys or dict.fromkeys(self.graphs, ())

    def _fields(self, node: Any, kind: Kind, keys: Mapping[str, tuple[Key, ...]]) -> Iterable[JoinedField]:
        if kind not in {Kind.OBJECT, Kind.INTERFACE}:
            return
        owners = [join["graph"] for join in applied(node, "join__owner")]
        for field in node.fields or ():
            text = print_ast(field.type)
            joins = list(applied(field, "join__field"))
            _refuse_contexts(node, field, joins)
            if joins:
                resolvers = self._resolvers(text, joins)
                known = _by_keys(field.name.value, text, keys) if owners else {}
                yield JoinedField(field.name.value, text, known | resolvers)
            else:
                yield JoinedField(field.name.value, text, dict.fromkeys(owners or keys, Resolver(text)))

    def _resolvers(self, text: str, joins: list[dict[str, Any]]) -> dict[str, Resolver]:
        return {join["graph"]: _resolver(text, join) for join in joins if self._answers(join, joins)}

    def _answers(self, join: Mapping[str, Any], joins: Iterable[Mapping[str, Any]]) -> bool:
        """Whether the graph answers the field itself: not external, not overridden by another graph."""
        graph, label = join.get("graph"), join.get("overrideLabel")
        if graph is None or join.get("external"):
            return False
        if join.get("override") and label is not None and label not in self.labels:
            return False
        name = self.graphs[graph].name
        taken = any(other.get("override") == name and self._is_on(other.get("overrideLabel")) for other in joins)
        labelled = any(other.get("override") == name and other.get("overrideLabel") for other in joins)
        return not taken and (labelled or not join.get("usedOverridden"))

    def _is_on(self, label: str | None) -> bool:
        return label is None or label in self.labels

    def _implements(self, node: Any, keys: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        named = [(join["graph"], join["interface"]) for join in applied(node, "join__implements")]
        if any(applied(node, "join__owner")) or not any(applied(node, "join__type")):
            every = frozenset(interface.name.value for interface in getattr(node, "interfaces", None) or ())
            return dict.fromkeys(keys, every)
        return _grouped(named)

    def _members(self, node: Any, kind: Kind, keys: Mapping[str, Any]) -> dict[str, frozenset[str]]:
        named = [(join["graph"], join["member"]) for join in applied(node, "join__unionMember")]
        if kind is Kind.UNION and not named:
            return dict.fromkeys(keys, frozenset(member.name.value for member in node.types or ()))
        return _grouped(named)


def _by_keys(field: str, text: str, keys: Mapping[str, tuple[Key, ...]]) -> dict[str, Resolver]:
    """Version 0.1 names only the owner of a key's field, but who extends a type by that key knows it as well."""
    return {
        graph: Resolver(text)
        for graph, own in keys.items()
        if any(isinstance(item, SelectedField) and item.name == field for key in own for item in key.selection.items)
    }


def _refuse_contexts(node: Any, field: Any, joins: Iterable[Mapping[str, Any]]) -> None:
    if any(join.get("contextArguments") for join in joins):
        place = f"{node.name.value}.{field.name.value}"
        raise SupergraphError(f"{place} takes an argument from a context (@fromContext), which is not supported")


def _resolver(text: str, join: Mapping[str, Any]) -> Resolver:
    requires, provides = join.get("requires"), join.get("provides")
    return Resolver(
        type=join.get("type") or text,
        requires=field_set(requires) if requires else None,
        provides=field_set(provides) if provides else None,
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    grouped: dict[str, frozenset[str]] = {}
    for graph, name in pairs:
        grouped[graph] = grouped.get(graph, frozenset()) | {name}
    return grouped


def known_types(
    types: Mapping[str, JoinedType], possible: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, str], frozenset[str]]:
    """For each type and graph, the object types that the graph can answer with there."""
    return {
        (name, graph): _known(types, possible, table, graph)
        for name, table in types.items()
        if table.kind.is_composite
        for graph in table.keys
    }


def _known(
    types: Mapping[str, JoinedType], possible: Mapping[str, tuple[str, ...]], table: JoinedType, graph: str
) -> frozenset[str]:
    if table.kind is Kind.OBJECT:
        return frozenset((table.name,))
    if table.kind is Kind.UNION:
        return table.members.get(graph, frozenset())
    return frozenset(
        name for name in possible[table.name] if table.name in types[name].implements.get(graph, frozenset())
    )
