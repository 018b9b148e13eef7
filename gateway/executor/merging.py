"""Merging the answers of subgraphs into one."""

from collections.abc import Mapping
from typing import Any


def merge_object(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Deep merge: a null never hides a value, lists of one length merge item by item, else the first one stays."""
    for key, value in new.items():
        known = into.get(key)
        if known is None:
            into[key] = value
        elif value is not None and known is not value:
            _merge_values(known, value)


def _merge_values(known: Any, new: Any) -> None:
    if isinstance(known, dict) and isinstance(new, dict):
        merge_object(known, new)
    elif isinstance(known, list) and isinstance(new, list) and len(known) == len(new):
        for index, item in enumerate(new):
            if known[index] is None:
                known[index] = item
            elif item is not None:
                _merge_values(known[index], item)


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
