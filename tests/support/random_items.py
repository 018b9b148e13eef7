"""What documents are made of while they are drawn: fields and fragments, the spots where they stand, their text."""

from dataclasses import dataclass
from typing import Any

from graphql import get_named_type

from tests.support.response_keys import Claim, Parents, Place


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as written. `key` is None where the field's own name is its key."""

    name: str
    key: str
    arguments: str
    conditions: str
    below: "tuple[Item, ...]"
    type: Any


@dataclass(frozen=True, slots=True)
class Fragment:
    """Inline, or spread where it has a name. `type` is the condition, None where there is none."""

    name: str | None
    type: Any
    conditions: str
    below: "tuple[Item, ...]"


Item = Asked | Fragment


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the next item is to stand: `parents` ends with the type selected on."""

    place: Place
    parents: Parents

    @property
    def type(self) -> Any:
        return self.parents[-1]

    def on(self, condition: Any) -> "Spot":
        return self if condition is None else Spot(self.place, (*self.parents[:-1], condition))

    def below(self, place: Place, named: Any) -> "Spot":
        return Spot(place, (*self.parents, named))


def allowed(spot: Spot, items: tuple[Item, ...]) -> bool:
    return all(
        allowed(spot.on(item.type), item.below)
        if isinstance(item, Fragment)
        else spot.place.allows(item.key, _claim(spot, item))
        and allowed(spot.below(spot.place.below(item.key), get_named_type(item.type)), item.below)
        for item in items
    )


def take(spot: Spot, items: tuple[Item, ...]) -> None:
    for item in items:
        if isinstance(item, Fragment):
            take(spot.on(item.type), item.below)
        else:
            take(spot.below(spot.place.take(item.key, _claim(spot, item)), get_named_type(item.type)), item.below)


def _claim(spot: Spot, item: Asked) -> Claim:
    return Claim(spot.parents, item.name, item.arguments, item.type)


def measure(items: tuple[Item, ...]) -> tuple[int, int]:
    """How many fields there are, and how deep they go."""
    fields, depth = 0, 0
    for item in items:
        more, deeper = measure(item.below)
        own = isinstance(item, Asked)
        fields, depth = fields + more + own, max(depth, deeper + own)
    return fields, depth


def text(items: tuple[Item, ...]) -> str:
    return " ".join(map(_item, items))


def _item(item: Item) -> str:
    if isinstance(item, Fragment):
        if item.name is not None:
            return f"...{item.name}{item.conditions}"
        condition = "" if item.type is None else f" on {item.type.name}"
        return f"...{condition}{item.conditions} {{ {text(item.below)} }}"
    alias = "" if item.key == item.name else f"{item.key}: "
    below = f" {{ {text(item.below)} }}" if item.below else ""
    return f"{alias}{item.name}{item.arguments}{item.conditions}{below}"
