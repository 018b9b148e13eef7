"""What an operation would cost at most: the weight of each field, times the lengths of all lists around it.

    { incidents(first: 50) { edges { node { company { name } } } } }      1 + 50 x (1 + 1 + 1) = 151

Fragments on different types of one place are added up, so that an estimate is never too low for want of types. It is
told from the outline of a document, so that what costs too much is refused without being parsed; of a document that
turns out invalid it is something.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.operation.outline import Condition, Outline, OutlinedField, OutlinedOperation, Selections
from gateway.operation.weights import ListSize, Weights

_META: Final = frozenset({"__schema", "__type"})
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")  # a longer one is none that validation lets pass


@dataclass(slots=True)
class Cost:
    """`introspection` is what asking about the schema costs, in values. `variables` are those that it depends on."""

    fields: int = 0
    introspection: int = 0
    variables: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Costing:
    """One operation of an outline, its fragments unfolded; whoever calls has bounded how far that goes."""

    weights: Weights
    outline: Outline
    operation: OutlinedOperation

    def reckon(self, variables: Mapping[str, Any]) -> Cost:
        """With coerced variables, or those of `guessed`. Raises RecursionError where fragments nest too deeply."""
        root = self.weights.roots.get(self.operation.kind)
        walk = _Walk(self.weights, self.outline, variables)
        if root is not None:
            walk.cost.fields = walk.selections(self.operation.selections, root, None, 0)
        return walk.cost

    def guessed(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The variables as they may come out when they are coerced: as given, the rest as the document says."""
        return {**{name: _constant(text) for name, text in self.operation.defaults.items()}, **given}


@dataclass(frozen=True, slots=True)
class _Walk:
    weights: Weights
    outline: Outline
    variables: Mapping[str, Any]
    cost: Cost = field(default_factory=Cost)

    def selections(self, found: Selections, type_name: str, around: ListSize | None, size: int) -> int:
        """`around` is the connection around, whose sized fields are `size` long."""
        total = 0
        for item in found:
            if item.conditions and not self._is_included(item.conditions):
                continue
            if isinstance(item, OutlinedField):
                total += self._field(item, type_name, around, size)
                continue
            fragment = self.outline.fragments.get(item.name) if item.name else item
            if fragment is not None:
                total += self.selections(fragment.below, fragment.type_name or type_name, around, size)
        return total

    def _field(self, item: OutlinedField, type_name: str, around: ListSize | None, size: int) -> int:
        known = self.weights.field(type_name, item.name)
        if known is None:
            return 0
        weight, told, inner, defaults = known
        own = times = 1
        if told is not None:
            own = self._length(item.arguments, told, defaults)
            times = 1 if told.sized else own
        if around is not None and item.name in around.sized:
            times = size
        if item.below:
            weight += self.selections(item.below, inner, told if told is not None and told.sized else None, own)
        if item.name in _META:
            self.cost.introspection += weight
            return 0
        return times * weight

    def _length(self, arguments: Mapping[str, str], told: ListSize, defaults: Mapping[str, int]) -> int:
        found = [self._given(arguments.get(name), defaults.get(name)) for name in told.slicing]
        return max((length for length in found if length is not None), default=told.assumed)

    def _given(self, text: str | None, default: int | None) -> int | None:
        """The length that an argument asks for; None where it is absent or null."""
        given: Any = default
        if text is not None and text.startswith("$"):
            self.cost.variables.add(text[1:])
            given = self.variables.get(text[1:], default)
        elif text is not None:
            given = _constant(text)
        return max(0, given) if type(given) is int else None

    def _is_included(self, conditions: tuple[Condition, ...]) -> bool:
        return all(self._truth(text) is wanted for wanted, text in conditions)

    def _truth(self, text: str) -> bool:
        if not text.startswith("$"):
            return text == "true"
        self.cost.variables.add(text[1:])
        return bool(self.variables.get(text[1:]))


def _constant(text: str) -> int | bool | None:
    """The values that matter here: numbers without a fraction, and booleans."""
    if _INTEGER.fullmatch(text):
        return int(text)
    return text == "true" if text in {"true", "false"} else None
