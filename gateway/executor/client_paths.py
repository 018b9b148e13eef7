"""Every place an operation asks for, so that errors can be told where the client looks."""

from gateway.executor.problems import StaticPath
from gateway.supergraph import SelectionSet, Supergraph, collect_fields

Selections = tuple[SelectionSet, ...]


def client_paths(supergraph: Supergraph, type_name: str, selections: Selections) -> set[StaticPath]:
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
