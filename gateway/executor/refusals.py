"""Errors that were known before the execution, told at a place of its answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from gateway.executor.places import ConcretePath

ITEMS: Final = "@"  # in a path: the items of a list, whichever


def located(errors: Iterable[Mapping[str, Any]], data: Any) -> tuple[dict[str, Any], ...]:
    """With paths that lead to the first place of each in `data`: items become indices.

    A path ends at its list where nothing stands in that, or null stands in its place.
    """
    return tuple(
        {**error, "path": list(_place(error["path"], data))} if "path" in error else dict(error) for error in errors
    )


def _place(path: Sequence[str], data: Any) -> Sequence[str | int]:
    if ITEMS not in path:
        return path
    for through_nulls in (False, True):
        found = _first(data, path, through_nulls=through_nulls)
        if found is not None:
            return found
    return _to_list(path)


def _first(value: Any, path: Sequence[str], *, through_nulls: bool) -> ConcretePath | None:
    """Where null stands at the end of the path, or on the way there, as it does where null went up from the end."""
    if not path:
        return () if value is None else None
    if value is None and through_nulls:
        return tuple(_to_list(path))
    part, rest = path[0], path[1:]
    inner: Iterable[tuple[str | int, Any]] = ()
    if part == ITEMS and isinstance(value, list):
        inner = enumerate(value)
    elif isinstance(value, dict) and part in value:
        inner = [(part, value[part])]
    for key, item in inner:
        below = _first(item, rest, through_nulls=through_nulls)
        if below is not None:
            return (key, *below)
    return None


def _to_list(path: Sequence[str]) -> Sequence[str]:
    return path[: path.index(ITEMS)] if ITEMS in path else path
