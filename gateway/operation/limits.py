"""How large a document may be: refused from its tokens alone, before it is parsed, validated or planned."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from gateway.operation.errors import RequestError, RequestErrors, RequestFailure
from gateway.operation.scan import scan
from gateway.operation.size import Size, sizes
from gateway.operation.tokens import tokens_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLimits:
    """What one operation may have at most, the fragments it spreads counted at each place.

    `fields` counts places of the answer, and as many fragments may stand there. `repeated` counts pairs of fields that
    validation has to compare because they may be merged. `values` counts the values in the variables. `cost` is in
    units of cost.py.
    """

    tokens: int = 2_000
    depth: int = 12
    introspection_depth: int = 15
    aliases: int = 30
    directives: int = 20
    root_fields: int = 20
    fields: int = 2_000
    repeated: int = 10_000
    values: int = 10_000
    cost: int = 10_000


OPEN_LIMITS: Final = OperationLimits(
    tokens=15_000,
    depth=100,
    introspection_depth=15,
    aliases=1_000,
    directives=500,
    root_fields=500,
    fields=20_000,
    repeated=100_000,
    values=1_000_000,
    cost=1_000_000_000,
)
_NESTING_AT_MOST: Final = 256
_VALUES_BESIDES: Final = 1_000
# Between two values JSON has two texts at most, a name and what it names; looking no further keeps it linear.
_UP_TO_A_VALUE: Final = re.compile(rb'[^,\[{"]*+(?:"[^"]*+"[^,\[{"]*+){0,2}+[,\[{]')


def check_document(text: str, limits: OperationLimits) -> list[str]:
    """The tokens. Raises RequestErrors with every limit that the document breaks."""
    tokens = tokens_of(text, limits.tokens)
    if len(tokens) > limits.tokens:
        raise RequestErrors.one(RequestFailure.TOKENS, f"The document has more than {limits.tokens} tokens.")
    if _nesting(tokens) > _NESTING_AT_MOST:
        raise RequestErrors.one(RequestFailure.DEPTH, "The document is nested too deeply.")
    broken = tuple(dict.fromkeys(each for size in sizes(scan(tokens)) for each in _broken(size, limits)))
    if broken:
        raise RequestErrors(broken)
    return tokens


def _broken(size: Size, limits: OperationLimits) -> Iterator[RequestError]:
    for code, found, most, what in (
        (RequestFailure.DEPTH, size.depth, limits.depth, "levels of fields"),
        (RequestFailure.DEPTH, size.introspection_depth, limits.introspection_depth, "levels of introspection"),
        (RequestFailure.ALIASES, size.aliases, limits.aliases, "aliases"),
        (RequestFailure.DIRECTIVES, size.directives, limits.directives, "directives"),
        (RequestFailure.ROOT_FIELDS, size.root_fields, limits.root_fields, "root fields"),
        (RequestFailure.FIELDS, max(size.fields, size.fragments), limits.fields, "fields or fragments"),
        (RequestFailure.FIELDS, size.repeated, limits.repeated, "pairs of fields that may be one"),
    ):
        if found > most:
            yield RequestError(f"The operation has more than {most} {what}, with its fragments.", code)


def check_variables(given: Any, limits: OperationLimits) -> None:
    """Raises RequestErrors where the variables hold too many values to be coerced in time."""
    waiting, left = [given], limits.values
    while waiting:
        value = waiting.pop()
        inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        left -= len(value) if inner else 0
        if left < 0:
            raise RequestErrors.one(
                RequestFailure.VARIABLES_SIZE, f"The variables have more than {limits.values} values."
            )
        waiting.extend(item for item in inner if isinstance(item, dict | list))


def check_json(text: bytes, limits: OperationLimits) -> None:
    """Raises RequestErrors where JSON holds so many values that reading it alone would take long.

    Of what is no JSON nothing is told. A request may have some values besides those of its variables.
    """
    most = limits.values + _VALUES_BESIDES
    if sum(map(text.count, (b",", b"[", b"{"))) > most and _has_more_values(text, most):
        raise RequestErrors.one(RequestFailure.VARIABLES_SIZE, f"The variables have more than {limits.values} values.")


def _has_more_values(text: bytes, most: int) -> bool:
    """One stands after each comma and opening bracket outside of texts; an empty pair of brackets counts for one."""
    plain = text.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in text else text
    at = 0
    for _ in range(most + 1):
        found = _UP_TO_A_VALUE.match(plain, at)
        if found is None:
            return False
        at = found.end()
    return True


def _nesting(tokens: Iterable[str]) -> int:
    now = most = 0
    for sign in tokens:
        if sign in "{[(":
            now += 1
            most = max(most, now)
        elif sign in "}])":
            now -= 1
    return most
