"""The readable form of a supergraph's tables: which graph has which type by which keys, and answers which fields.

graph tax http://tax
object Ship implements Vessel
  tax key { id }
  rate: Int from tax requires { weight }
"""

from collections.abc import Iterator

from gateway.supergraph.model import JoinedField, JoinedType, Key, Resolver, Supergraph
from gateway.supergraph.selections import SelectedField, SelectedFragment, SelectionSet


def supergraph_text(supergraph: Supergraph) -> str:
    graphs = [f"graph {graph.name} {graph.url}".rstrip() for graph in supergraph.graphs.values()]
    names = {graph.id: graph.name for graph in supergraph.graphs.values()}
    types = [
        line
        for table in supergraph.types.values()
        if table.kind.is_composite
        for line in _type(supergraph, table, names)
    ]
    return "\n".join([*graphs, *types]) + "\n"


def _type(supergraph: Supergraph, table: JoinedType, names: dict[str, str]) -> Iterator[str]:
    implements = f" implements {', '.join(sorted(table.interfaces))}" if table.interfaces else ""
    members = supergraph.possible.get(table.name, ())
    possible = f" = {' | '.join(members)}" if members and members != (table.name,) else ""
    yield f"{table.kind.value} {table.name}{implements}{possible}"
    for graph, keys in table.keys.items():
        as_object = " as interface object" if graph in table.interface_object_in else ""
        yield f"  {names[graph]}{as_object}{''.join(map(_key, keys))}"
    for field in table.fields.values():
        yield f"  {field.name}: {field.type} from {_resolvers(field, names)}"


def _key(key: Key) -> str:
    return f" key {selection_text(key.selection)}{'' if key.resolvable else ' not to enter by'}"


def _resolvers(field: JoinedField, names: dict[str, str]) -> str:
    told = (f"{names[graph]}{_extra(resolver)}" for graph, resolver in field.resolvers.items())
    return ", ".join(told) or "no graph"


def _extra(resolver: Resolver) -> str:
    requires = f" requires {selection_text(resolver.requires)}" if resolver.requires else ""
    provides = f" provides {selection_text(resolver.provides)}" if resolver.provides else ""
    return requires + provides


def selection_text(selection: SelectionSet) -> str:
    return "{ " + " ".join(map(_item, selection.items)) + " }"


def _item(item: SelectedField | SelectedFragment) -> str:
    if isinstance(item, SelectedFragment):
        condition = f" on {item.condition}" if item.condition else ""
        return f"...{condition} {selection_text(item.selection)}"
    alias = f"{item.response_key}: " if item.response_key != item.name else ""
    arguments = f"({item.arguments})" if item.arguments else ""
    below = f" {selection_text(item.selection)}" if item.selection is not None else ""
    return f"{alias}{item.name}{arguments}{below}"
