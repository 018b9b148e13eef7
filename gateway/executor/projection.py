"""From the merged answer to what the client asked, in its order, with nulls propagated: compiled once per plan.

Every completer returns None for null, and has then already told why. A None in a non-null place makes the enclosing
object or list None, up to the nearest place that may be null.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

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
from gateway.supergraph import Selected, SelectionSet, Supergraph, collect_fields, needs_runtime_type

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


class Place(NamedTuple):
    """Where a value stands: its field, for error texts, and whether null is allowed there."""

    coordinate: str
    required: bool


class Projection:
    """Compiles the projection of one selection; types are compiled when first met, so that unions stay cheap."""

    def __init__(self, supergraph: Supergraph, root_type: str, selection: SelectionSet) -> None:
        self._supergraph = supergraph
        self._fields: dict[tuple[str, Selections], list[Field]] = {}
        self.client_paths = frozenset(_client_paths(supergraph, root_type, (selection,)))
        self._root = _object(self._fields_of(root_type, (selection,)), Place(root_type, required=False))

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
            return field.response_key, None, _constant(type_name), False
        if field.is_meta:
            return field.response_key, _JSON | {_NULL}, _constant(None), False
        declared = self._declared(type_name, field.name)
        required = isinstance(declared, GraphQLNonNull)
        if field.removed:
            return field.response_key, None, _constant(None), required
        complete = self._complete(declared, field.selections, f"{type_name}.{field.name}")
        return field.response_key, _fast_kinds(declared), complete, required

    def _declared(self, type_name: str, field: str) -> GraphQLOutputType:
        parent = self._supergraph.public.type_map[type_name]
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):  # pragma: no cover - validated before
            raise TypeError(type_name)
        declared: GraphQLOutputType = parent.fields[field].type
        return declared

    def _complete(self, declared: Any, selections: Selections, coordinate: str) -> Complete:
        place = Place(coordinate, isinstance(declared, GraphQLNonNull))
        inner = declared.of_type if place.required else declared
        if isinstance(inner, GraphQLList):
            item_required = isinstance(inner.of_type, GraphQLNonNull)
            item = self._complete(inner.of_type, selections, coordinate)
            return _list(item, _fast_kinds(inner.of_type), place, item_required=item_required)
        if is_leaf_type(inner):
            return _leaf(inner, place)
        if isinstance(inner, GraphQLObjectType):
            return _object(self._fields_of(inner.name, selections), place)
        return self._abstract(inner, selections, place)

    def _abstract(
        self, declared: GraphQLInterfaceType | GraphQLUnionType, selections: Selections, place: Place
    ) -> Complete:
        possible = frozenset(found.name for found in self._supergraph.public.get_possible_types(declared))
        hidden = frozenset(self._supergraph.possible[declared.name]) - possible
        untyped = isinstance(declared, GraphQLInterfaceType) and not needs_runtime_type(
            self._supergraph, declared.name, selections
        )
        default = declared.name if untyped else None
        compiled: dict[str, Complete] = {}

        def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
            name = value.get("__typename", default) if type(value) is dict else None
            if type(name) is not str:
                return _refuse(value, place, path, problems)
            project = compiled.get(name)
            if project is None:
                if name in hidden:
                    return _refuse(None, place, path, problems)
                if name not in possible and name != default:
                    return _refuse(value, place, path, problems)
                project = compiled[name] = _object(self._fields_of(name, selections), place)
            return project(value, path, problems)

        return complete


def _object(fields: list[Field], place: Place) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) is not dict:
            return _refuse(value, place, path, problems)
        made: dict[str, Any] = {}
        for key, kinds, finish, required in fields:
            item = value.get(key)
            if kinds is None or type(item) not in kinds:
                item = finish(item, (path, key), problems)
                if item is None and required:
                    return None
            made[key] = item
        return made

    return complete


def _list(item: Complete, kinds: frozenset[type] | None, place: Place, *, item_required: bool) -> Complete:
    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if type(value) is not list:
            return _refuse(value, place, path, problems)
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


def _leaf(declared: Any, place: Place) -> Complete:
    """What does not pass as it is: enum values are looked up, an integer is a good ID, all else is refused."""
    names = frozenset(declared.values) if isinstance(declared, GraphQLEnumType) else None
    is_id = declared.name == "ID"

    def complete(value: Any, path: LinkedPath, problems: Problems) -> Any:
        if names is not None and type(value) is str and value in names:
            return value
        if is_id and type(value) is int:
            return str(value)
        return _refuse(value, place, path, problems)

    return complete


def _constant(value: Any) -> Complete:
    def complete(_: Any, __: LinkedPath, ___: Problems) -> Any:
        return value

    return complete


def _refuse(value: Any, place: Place, path: LinkedPath, problems: Problems) -> None:
    """Null where it is allowed says nothing; all else is told."""
    if value is not None:
        problems.wrong(unlink(path), place.coordinate)
    elif place.required:
        problems.null(unlink(path), place.coordinate)


def _fast_kinds(declared: Any) -> frozenset[type] | None:
    """The Python types of values that may pass as they are; None where each value must be completed."""
    nulls: frozenset[type] = frozenset() if isinstance(declared, GraphQLNonNull) else frozenset({_NULL})
    inner = declared if nulls else declared.of_type
    if not is_leaf_type(inner) or isinstance(inner, GraphQLEnumType):
        return nulls or None
    return _SCALARS.get(inner.name, _JSON) | nulls


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
