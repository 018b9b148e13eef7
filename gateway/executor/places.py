"""Finding the objects at a path of the answer so far, and the path of an object."""

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.planner import Path, StepKind

ConcretePath = tuple[str | int, ...]
_KEY, _ITEMS = StepKind.KEY, StepKind.ITEMS


def objects_at(data: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """The objects there, each once even where it is shared; values of a wrong kind are passed over."""
    return distinct_objects(values_at(data, path))


def distinct_objects(values: list[Any]) -> list[dict[str, Any]]:
    return list({id(value): value for value in values if type(value) is dict}.values())


def values_at(data: dict[str, Any], path: Path) -> list[Any]:
    """What is there, of whatever kind, and as often as it is there; no nulls."""
    found: list[Any] = [data]
    for kind, name in path:
        if kind is _KEY:
            found = [value for item in found if type(item) is dict and (value := item.get(name)) is not None]
        elif kind is _ITEMS:
            found = [item for items in found if type(items) is list for item in items if item is not None]
        else:
            found = [item for item in found if type(item) is dict and item.get("__typename") == name]
    return found


def path_to(data: dict[str, Any], path: Path, wanted: dict[str, Any]) -> ConcretePath | None:
    """The first place along a path where this very object stands."""
    return next((place for place, item in _walk(data, path, ()) if item is wanted), None)


def first_places(data: dict[str, Any], path: Path) -> dict[int, ConcretePath]:
    """The first place of every object that a path leads to, by its `id`: one walk for those who need many."""
    found: dict[int, ConcretePath] = {}
    for place, item in _walk(data, path, ()):
        found.setdefault(id(item), place)
    return found


def first_path(data: dict[str, Any], path: Path) -> ConcretePath | None:
    """The first place that a path leads to."""
    return next((place for place, _ in _walk(data, path, ())), None)


def _walk(value: Any, path: Path, place: ConcretePath) -> Iterator[tuple[ConcretePath, Any]]:
    if not path:
        yield place, value
        return
    (kind, name), rest = path[0], path[1:]
    if kind is StepKind.ITEMS and isinstance(value, list):
        for index, item in enumerate(value):
            if item is not None:
                yield from _walk(item, rest, (*place, index))
    elif kind is StepKind.KEY and isinstance(value, dict) and value.get(name) is not None:
        yield from _walk(value[name], rest, (*place, name))
    elif kind is StepKind.TYPE and isinstance(value, dict) and value.get("__typename") == name:
        yield from _walk(value, rest, place)


def has_place(value: Any, path: Iterable[str | int]) -> bool:
    """Whether a path stays within data, or ends early at null or a leaf."""
    for part in path:
        if isinstance(value, dict) and part not in value:
            return False
        try:
            value = value[part]
        except (TypeError, IndexError):
            return True
    return True
