"""From the merged answer to what the client asked, in its order, with nulls propagated: compiled once per plan."""

from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    is_leaf_type,
)

from gateway.executor.client_paths import ClientPaths
from gateway.executor.column_compiler import ColumnCompiler
from gateway.executor.columns import Attempt
from gateway.executor.completion import (
    Complete,
    Field,
    LinkedPath,
    Place,
    complete_constant,
    complete_leaf,
    complete_list,
    complete_object,
    refuse,
)
from gateway.executor.declared import ANYTHING, Selections, Types, declared_type, fast_kinds
from gateway.executor.problems import Problems
from gateway.supergraph import Selected, SelectionSet, Supergraph, collect_fields


class Projection:
    """Compiles the projection of one selection; types are compiled when first met, so that unions stay cheap."""

    def __init__(self, supergraph: Supergraph, root_type: str, selection: SelectionSet) -> None:
        self._supergraph = supergraph
        self._columns = ColumnCompiler(supergraph)
        self._fields: dict[tuple[str, Selections], list[Field]] = {}
        self.client_paths = ClientPaths(supergraph, root_type, (selection,))
        self._root = complete_object(self._fields_of(root_type, (selection,)), Place(root_type, required=False))

    def project(self, data: dict[str, Any], problems: Problems) -> dict[str, Any] | None:
        answer: dict[str, Any] | None = self._root(data, None, problems)
        return answer

    def _fields_of(self, type_name: str, selections: Selections) -> list[Field]:
        """Fields of an object known to be of the type; of an interface only where nobody asked for the real type."""
        found = self._fields.get((type_name, selections))
        if found is None:
            wanted = collect_fields(self._supergraph, type_name, selections).values()
            found = self._fields[type_name, selections] = [self._field(type_name, field) for field in wanted]
        return found

    def _field(self, type_name: str, field: Selected) -> Field:
        if field.name == "__typename":
            return field.response_key, None, complete_constant(type_name), False
        if field.is_meta:
            return field.response_key, ANYTHING, complete_constant(None), False
        declared = declared_type(self._supergraph, type_name, field.name)
        required = isinstance(declared, GraphQLNonNull)
        if field.removed:
            return field.response_key, None, complete_constant(None), required
        complete = self._complete(declared, field.selections, f"{type_name}.{field.name}")
        return field.response_key, fast_kinds(declared), complete, required

    def _complete(self, declared: Any, selections: Selections, coordinate: str) -> Complete:
        place = Place(coordinate, isinstance(declared, GraphQLNonNull))
        inner = declared.of_type if place.required else declared
        if isinstance(inner, GraphQLList):
            item = self._complete(inner.of_type, selections, coordinate)
            all_at_once = Attempt(lambda: self._columns.values(inner.of_type, selections))
            return complete_list(item, inner.of_type, place, all_at_once)
        if is_leaf_type(inner):
            return complete_leaf(inner, place)
        if isinstance(inner, GraphQLObjectType):
            return complete_object(self._fields_of(inner.name, selections), place)
        return self._abstract(inner, selections, place)

    def _abstract(
        self, declared: GraphQLInterfaceType | GraphQLUnionType, selections: Selections, place: Place
    ) -> Complete:
        types = Types.of(self._supergraph, declared, selections)
        compiled: dict[str, Complete] = {}

        def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
            name = value.get("__typename", types.default) if type(value) is dict else None
            if type(name) is not str:
                return refuse(value, place, path, problems)
            project = compiled.get(name)
            if project is None:
                if name in types.hidden:
                    return refuse(None, place, path, problems)
                if name not in types.possible and name != types.default:
                    return refuse(value, place, path, problems)
                project = compiled[name] = complete_object(self._fields_of(name, selections), place)
            return project(value, path, problems)

        return complete
