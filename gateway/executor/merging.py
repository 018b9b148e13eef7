"""Merging the answers of subgraphs into one.

Items of two lists belong together by their numbers. Where the lists are not of one length nobody knows which do: then
DISAGREED stands in their place, which JSON has no way to say, and whoever completes it tells the error.
"""

from collections.abc import Mapping
from typing import Any, Final

DISAGREED: Final = ()


def merge_object(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Deep merge, lists item by item. A null never hides a value; of two that cannot merge the first one stays."""
    for key, value in new.items():
        known = into.get(key)
        into[key] = value if known is None else _merged(known, value)


def _merged(known: Any, new: Any) -> Any:
    if known is new:
        return known
    if isinstance(known, dict) and isinstance(new, dict):
        merge_object(known, new)
    elif isinstance(known, list) and isinstance(new, list):
        if len(known) != len(new):
            return DISAGREED
        for index, item in enumerate(new):
            known[index] = item if known[index] is None else _merged(known[index], item)
    return known


def copied(value: Any) -> Any:
    """A deep copy of JSON data."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def rename_keys(value: Any, renames: Mapping[str, str]) -> None:
    """Give the keys that were changed on the wire their names back, in place, at any depth."""
    if isinstance(value, list):
        for item in value:
            rename_keys(item, renames)
    elif isinstance(value, dict):
        for wire in [key for key in value if key in renames]:
            value[renames[wire]] = value.pop(wire)
        for item in value.values():
            rename_keys(item, renames)
