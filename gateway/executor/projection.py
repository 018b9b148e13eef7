"""From the merged answer to what the client asked, in its order, with nulls propagated: compiled once per plan.

Every completer returns None for null, and has then already told why. A None in a non-null place makes the enclosing
object or list None, up to the nearest place that may be null.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    is_leaf_type,
)

from gateway.executor.places import ConcretePath
from gateway.executor.problems import Problems, StaticPath
from gateway.supergraph import Selected, SelectionSet, Supergraph, collect_fields

# A path is linked from the leaf to the root, because it is needed only where something is wrong.
LinkedPath = tuple[Any, str | int] | None
Complete = Callable[[Any, LinkedPath, Problems], Any]
Selections = tuple[SelectionSet, ...]
Field = tuple[str, frozenset[type] | None, Complete, bool]

_NULL = type(None)
_JSON = frozenset({str, int, float, bool, list, dict})
_SCALARS: dict[str, frozenset[type]] = {
    "String": frozenset({str}),
    "Boolean": frozenset({bool}),
    "Int": frozenset({int}),
    "Float": frozenset({int, float}),
    "ID": frozenset({str}),
}


def unlink(path: LinkedPath) -> ConcretePath:
    parts: list[str | int] = []
    while path is not None:
        path, part = path
        parts.append(part)
    return tuple(reversed(parts))


class Projection:
    """Compiles the projection of one selection; types are compiled when first met, so that unions stay cheap."""

    def __init__(self, supergraph: Supergraph, root_type: str, selection: SelectionSet) -> None:
        self._supergraph = supergraph
        self._objects: dict[tuple[str, Selections], Complete] = {}
        self.client_paths = frozenset(_client_paths(supergraph, root_type, (selection,)))
        self._root = self._object(root_type, (selection,))

    def project(self, data: dict[str, Any], problems: Problems) -> dict[str, Any] | None:
        answer: dict[str, Any] | None = self._root(data, None, problems)
        return answer

    def _object(self, type_name: str, selections: Selections) -> Complete:
        """Fields of an object known to be of the type; of an interface only where nobody asked for the real type."""
        found = self._objects.get((type_name, selections))
        if found is None:
            wanted = collect_fields(self._supergraph, type_name, selections).values()
            found = _object([self._field(type_name, field) for field in wanted])
            self._objects[type_name, selections] = found
        return found

    def _field(self, type_name: str, field: Selected) -> Field:
        if field.name == "__typename":
            return field.response_key, None, _constant(type_name), False
        if field.is_meta:
            return field.response_key, _JSON | {_NULL}, _constant(None), False
        declared = self._declared(type_name, field.name)
        required = isinstance(declared, GraphQLNonNull)
        if field.removed:
            return field.response_key, None, _constant(None), required
        coordinate = f"{type_name}.{field.name}"
        complete = self._complete(declared, field.selections, coordinate)
        return field.response_key, _fast_kinds(declared), complete, required

    def _declared(self, type_name: str, field: str) -> GraphQLOutputType:
        parent = self._supergraph.public.type_map[type_name]
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):  # pragma: no cover - validated before
            raise TypeError(type_name)
        declared: GraphQLOutputType = parent.fields[field].type
        return declared

    def _complete(self, declared: Any, selections: Selections, coordinate: str) -> Complete:
        required = isinstance(declared, GraphQLNonNull)
        inner = declared.of_type if required else declared
        if isinstance(inner, GraphQLList):
            item = self._complete(inner.of_type, selections, coordinate)
            item_required = isinstance(inner.of_type, GraphQLNonNull)
            value = _list(item, _fast_kinds(inner.of_type), coordinate, item_required=item_required)
        elif is_leaf_type(inner):
            value = _leaf(inner, coordinate)
        elif isinstance(inner, GraphQLObjectType):
            value = _checked(self._object(inner.name, selections), coordinate)
        else:
            value = self._abstract(inner, selections, coordinate)
        return _required(value, coordinate) if required else _nullable(value)

    def _abstract(
        self, declared: GraphQLInterfaceType | GraphQLUnionType, selections: Selections, coordinate: str
    ) -> Complete:
        public = self._supergraph.public
        possible = frozenset(found.name for found in public.get_possible_types(declared))
        known = frozenset(self._supergraph.possible[declared.name])
        default = declared.name if isinstance(declared, GraphQLInterfaceType) else None
        compiled: dict[str, Complete] = {}

        def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
            if type(value) is not dict:
                return _wrong(path, problems, coordinate)
            name = value.get("__typename", default)
            if type(name) is not str:
                return _wrong(path, problems, coordinate)
            project = compiled.get(name)
            if project is not None:
                return project(value, path, problems)
            if name not in possible and name != default:
                return None if name in known else _wrong(path, problems, coordinate)
            project = compiled[name] = self._object(name, selections)
            return project(value, path, problems)

        return complete


def _object(fields: list[Field]) -> Complete:
    def project(value: Any, path: LinkedPath, problems: Problems) -> Any:
        made: dict[str, Any] = {}
        for key, kinds, complete, required in fields:
            item = value.get(key)
            if kinds is None or type(item) not in kinds:
                item = complete(item, (path, key), problems)
                if item is None and required:
                    return None
            made[key] = item
        return made

    return project


def _list(item: Complete, kinds: frozenset[type] | None, coordinate: str, *, item_required: bool) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) is not list:
            return _wrong(path, problems, coordinate)
        made = []
        for index, given in enumerate(value):
            done = given
            if kinds is None or type(given) not in kinds:
                done = item(given, (path, index), problems)
                if done is None and item_required:
                    return None
            made.append(done)
        return made

    return complete


def _leaf(declared: Any, coordinate: str) -> Complete:
    if isinstance(declared, GraphQLEnumType):
        return _enum(frozenset(declared.values), coordinate)
    kinds, is_id = _SCALARS.get(declared.name, _JSON), declared.name == "ID"

    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) in kinds:
            return value
        if is_id and type(value) is int:
            return str(value)
        return _wrong(path, problems, coordinate)

    return complete


def _enum(names: frozenset[str], coordinate: str) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) is str and value in names:
            return value
        return _wrong(path, problems, coordinate)

    return complete


def _checked(project: Complete, coordinate: str) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        return project(value, path, problems) if type(value) is dict else _wrong(path, problems, coordinate)

    return complete


def _required(inner: Complete, coordinate: str) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if value is None:
            problems.null(unlink(path), coordinate)
            return None
        return inner(value, path, problems)

    return complete


def _nullable(inner: Complete) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        return None if value is None else inner(value, path, problems)

    return complete


def _constant(value: Any) -> Complete:
    def complete(_: Any, __: LinkedPath, ___: Problems) -> Any:
        return value

    return complete


def _wrong(path: LinkedPath, problems: Problems, coordinate: str) -> None:
    problems.wrong(unlink(path), coordinate)


def _fast_kinds(declared: Any) -> frozenset[type] | None:
    """The Python types of values that may pass as they are; None where each value must be completed."""
    required = isinstance(declared, GraphQLNonNull)
    inner = declared.of_type if required else declared
    if not is_leaf_type(inner):
        return None if required else frozenset({_NULL})
    if isinstance(inner, GraphQLEnumType):
        return None if required else frozenset({_NULL})
    kinds = _SCALARS.get(inner.name, _JSON)
    return kinds if required else kinds | {_NULL}


def _client_paths(supergraph: Supergraph, type_name: str, selections: Selections) -> set[StaticPath]:
    """Every place asked for, without indices, over all types it may have."""
    found: set[StaticPath] = set()
    waiting: list[tuple[str, Selections, StaticPath]] = [(type_name, selections, ())]
    seen: set[tuple[str, Selections, StaticPath]] = set()
    while waiting:
        current, asked, path = place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        names = (*supergraph.possible.get(current, ()), current)
        for name in dict.fromkeys(names):
            for key, field in collect_fields(supergraph, name, asked).items():
                known = supergraph.types[name].fields.get(field.name)
                found.add((*path, key))
                if known is not None and field.selections:
                    waiting.append((known.named, field.selections, (*path, key)))
    return found
