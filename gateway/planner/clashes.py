"""Response keys under which objects of some types are asked something else than those of others."""

from collections.abc import Iterable

from gateway.planner.reach import Reach, Selections
from gateway.supergraph import Selected, Supergraph

_Asked = tuple[Selected, str]  # a field and its named type


class Clashes:
    def __init__(self, supergraph: Supergraph, reach: Reach) -> None:
        self._supergraph = supergraph
        self._reach = reach

    def keys(self, type_name: str, selections: Selections) -> frozenset[str]:
        """Those of the selection, asked of all objects that may stand as the type."""
        asked = self._by_key((name, selections) for name in self._supergraph.possible[type_name])
        return frozenset(key for key, fields in asked.items() if self._differ(fields))

    def _by_key(self, places: Iterable[tuple[str, Selections]]) -> dict[str, list[_Asked]]:
        found: dict[str, list[_Asked]] = {}
        for type_name, selections in places:
            declared = self._supergraph.types[type_name].fields
            for key, field in self._reach.fields(type_name, selections).items():
                if field.name in declared:
                    found.setdefault(key, []).append((field, declared[field.name].named))
        return found

    def _differ(self, asked: list[_Asked]) -> bool:
        """Whether the fields are not the same, or what is asked below them is not, whatever types stand there."""
        if len({(field.name, field.arguments) for field, _ in asked}) > 1:
            return True
        if len({(field.selections, named) for field, named in asked}) == 1:
            return False
        below = self._by_key(
            (name, field.selections) for field, named in asked for name in self._supergraph.possible.get(named, ())
        )
        return any(map(self._differ, below.values()))
