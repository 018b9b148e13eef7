"""The tables that subgraphs in tests answer from, and what their values mean.

`Query` and `Mutation` hold the values of root fields, every other key is a type with its list of objects.

| value | means |
|---|---|
| `{"ref": "Ship/0"}` | the first object of the type `Ship` |
| `{"ref": "Ship/0", "name": "Eva"}` | the same with what is provided here |
| `{"find": "Ship"}` | the first one that agrees with the arguments of the field, else null |
| `{"filter": "Ship"}` | all that agree with the arguments, but for `limit` |
| `"!text"`, `"!!text"` | an error, without a code and with one |
| `"~text"` | the text with the arguments of the field |
| `"=text"` | the text with what the field requires: put where it says `{weight}`, or all of it behind |

An argument `limit` cuts every list. An object that is only mentioned, by a key, has all that its type's list says.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from graphql import GraphQLError

Object = dict[str, Any]
ROOTS = frozenset({"Query", "Mutation"})


class Tables:
    def __init__(self, data: Mapping[str, Any]) -> None:
        """Every object of a type's list is told its type."""
        self.data = data
        self._provided: dict[int, Object] = {}
        for type_name, items in data.items():
            for item in () if type_name in ROOTS else items:
                item.setdefault("__typename", type_name)

    def value(self, given: Any, arguments: Object, required: Callable[[], Object]) -> Any:
        """What a field answers; `required` tells what its @requires names. Raises GraphQLError."""
        if isinstance(given, list):
            return [self.value(item, arguments, required) for item in given[: arguments.get("limit")]]
        if isinstance(given, str):
            return _text(given, arguments, required)
        return self._objects(given, arguments) if isinstance(given, dict) else given

    def _objects(self, given: Object, arguments: Object) -> Any:
        if "ref" in given:
            type_name, _, number = given["ref"].partition("/")
            item: Object = self.data[type_name][int(number)]
            return item if len(given) == 1 else self._provided.setdefault(id(given), {**item, **given})
        wanted = {name: value for name, value in arguments.items() if value is not None and name != "limit"}
        if "find" in given:
            return next((item for item in self.data[given["find"]] if self.agrees(item, wanted)), None)
        if "filter" in given:
            return [item for item in self.data[given["filter"]] if self.agrees(item, wanted)][: arguments.get("limit")]
        return given

    def agrees(self, item: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
        """Whether an object has these values; what was computed elsewhere is not in its table."""
        shared = [key for key in wanted if key in item and key != "__typename"]
        return (bool(shared) or not wanted) and all(self._equal(item[key], wanted[key]) for key in shared)

    def _equal(self, mine: Any, given: Any) -> bool:
        mine = self._objects(mine, {}) if isinstance(mine, dict) else mine
        return self.agrees(mine, given) if isinstance(mine, dict) and isinstance(given, dict) else bool(mine == given)


def _text(given: str, arguments: Object, required: Callable[[], Object]) -> str:
    if given.startswith("!"):
        raise GraphQLError(given[1:], extensions={"code": "BROKEN"} if given.startswith("!!") else None)
    if given.startswith("~"):
        return f"{given[1:]} {orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS).decode()}"
    if given.startswith("="):
        values = required()
        return given[1:].format_map(values) if "{" in given else f"{given[1:]} {orjson.dumps(values).decode()}"
    return given


def known_values(tables: Iterable[Any]) -> dict[str, tuple[Any, ...]]:
    """What stands under each key anywhere in the tables but for objects, each value once."""
    found: dict[str, list[Any]] = {}
    waiting: list[Any] = list(tables)
    while waiting:
        given = waiting.pop(0)
        if isinstance(given, list):
            waiting += given
        elif isinstance(given, dict):
            waiting += given.values()
            for key, value in given.items():
                if isinstance(value, str | int | float) and value not in found.setdefault(key, []):
                    found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
