"""Whether a schema still keeps what an earlier one promised: inside a version, fields may only be added.

Who reads events has made room for each field as it was: not for null where there was none, not for a number in the
place of a text. And events of weeks ago are read once more, so what is added cannot be required: they do not have it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

_ANNOTATIONS: Final = frozenset({"$comment", "$id", "$schema", "deprecated", "description", "examples", "title"})
_PARTS: Final = frozenset({"properties", "required"})


def broken(released: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """What of `released` does not hold in `current`, in words; empty when all of it does."""
    before, now = released["properties"], current["properties"]
    demanded, demands = set(released.get("required", ())), set(current.get("required", ()))
    kept = [name for name in before if name in now]
    told = [f"{name} is gone" for name in before if name not in now]
    told += [f"{name} is another" for name in kept if _bare(before[name]) != _bare(now[name])]
    told += [f"{name} may be missing" for name in kept if name in demanded - demands]
    told += [f"{name} is required, which earlier events do not have" for name in sorted(demands - demanded)]
    words = {word for word in {*released, *current} - _ANNOTATIONS - _PARTS if released.get(word) != current.get(word)}
    return told + [f"the keyword {word} is another" for word in sorted(words)]


def promises_broken(released: Mapping[str, Mapping[str, Any]], current: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The same of all, by name; a schema that is gone is a promise broken too."""
    told = [f"{name}: it is gone" for name in released if name not in current]
    for name in released.keys() & current.keys():
        told += [f"{name}: {what}" for what in broken(released[name], current[name])]
    return sorted(told)


def read_schemas(folder: Path) -> dict[str, Any]:
    """By name, from the files `<name>.json`."""
    return {file.stem: orjson.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))}


def _bare(schema: Any) -> Any:
    """Without what only explains."""
    if isinstance(schema, Mapping):
        return {word: _bare(value) for word, value in schema.items() if word not in _ANNOTATIONS}
    return [_bare(value) for value in schema] if isinstance(schema, list) else schema
