"""Every place an operation asks for, so that errors can be told where the client looks."""

from functools import cached_property

from gateway.executor.problems import StaticPath
from gateway.supergraph import SelectionSet, Supergraph, collect_fields

Selections = tuple[SelectionSet, ...]


class ClientPaths:
    """Every place asked for, without indices, over all types it may have; looked for when the first error comes."""

    def __init__(self, supergraph: Supergraph, type_name: str, selections: Selections) -> None:
        self._supergraph = supergraph
        self._root: tuple[str, Selections, StaticPath] = (type_name, selections, ())

    def __contains__(self, path: object) -> bool:
        return path in self._found

    @cached_property
    def _found(self) -> set[StaticPath]:
        found: set[StaticPath] = set()
        waiting = [self._root]
        seen: set[tuple[str, Selections, StaticPath]] = set()
        while waiting:
            current, asked, path = place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            names = (*self._supergraph.possible.get(current, ()), current)
            for name in dict.fromkeys(names):
                for key, field in collect_fields(self._supergraph, name, asked).items():
                    known = self._supergraph.types[name].fields.get(field.name)
                    found.add((*path, key))
                    if known is not None and field.selections:
                        waiting.append((known.named, field.selections, (*path, key)))
        return found
