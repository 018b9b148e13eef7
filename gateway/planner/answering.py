"""What a graph that stands on an object answers by itself."""

from gateway.planner.drafts import Standing
from gateway.supergraph import Key, Resolver, SelectedField, SelectionSet, Supergraph, named_type


class Answering:
    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph

    def direct(
        self, type_name: str, field: str, graph: str, view: SelectionSet | None, interface: str | None
    ) -> tuple[Resolver, SelectionSet | None] | None:
        """How a graph standing on an object answers a field, and what it is seen to provide below; None if not."""
        joined = self._supergraph.types[type_name].fields.get(field)
        if joined is None:
            return None
        resolver = self._supergraph.resolver(interface or type_name, field, graph)
        provided = self._provided(view, type_name, field)
        if provided is not None:
            return resolver or Resolver(joined.type), provided.selection
        return None if resolver is None else (resolver, resolver.provides)

    def _provided(self, view: SelectionSet | None, type_name: str, field: str) -> SelectedField | None:
        for item in view.items if view else ():
            if isinstance(item, SelectedField):
                if item.name == field:
                    return item
            elif item.condition is None or self._supergraph.satisfies(type_name, item.condition):
                found = self._provided(item.selection, type_name, field)
                if found is not None:
                    return found
        return None

    def below(self, named: str, graph: str, resolver: Resolver, view: SelectionSet | None) -> Standing:
        """How a graph stands on what its field gives."""
        graph_type = self.graph_type(named, resolver)
        interface = graph_type if self.is_interface_object(graph_type, graph) else None
        return Standing(graph, view, interface)

    def graph_type(self, named: str, resolver: Resolver) -> str:
        """The named type of a field as the graph declares it; it may be narrower than the supergraph's."""
        declared = named_type(resolver.type)
        return declared if declared in self._supergraph.types else named

    def is_interface_object(self, type_name: str, graph: str) -> bool:
        return type_name in self._supergraph.types and self._supergraph.is_interface_object(type_name, graph)

    def keys(self, type_name: str, graph: str) -> list[Key]:
        """The keys by which the graph can be entered."""
        return [key for key in self._supergraph.types[type_name].keys[graph] if key.resolvable]
