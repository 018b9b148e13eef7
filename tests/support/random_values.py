"""Random arguments: literals and variables of any input type, taken from the data where it has something fitting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_argument,
    is_required_input_field,
)

from tests.support.dice import Dice

Known = Mapping[str, tuple[Any, ...]]
_SIMPLE: Mapping[str, tuple[Any, ...]] = {
    "Int": (1, 0, 2, -1),
    "Float": (0.5, 2.0),
    "Boolean": (True, False),
    "String": ("a", "", 'é "quoted" \\ {x}'),
    "ID": ("none", "1"),
}
_FITTING: Mapping[str, type] = {"Int": int, "Float": float, "Boolean": bool, "String": str, "ID": str}


@dataclass(frozen=True, slots=True)
class Name:
    """An enum value, or a variable with its `$`: what is written without quotes."""

    text: str


@dataclass(slots=True)
class Variables:
    """The variables of a document: their types, how they are declared, and what is sent for them."""

    types: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def new(self, type_text: str, default: str | None) -> str:
        name = f"v{len(self.types) + 1}"
        self.types[name] = type_text
        self.declared[name] = f"${name}: {type_text}" + ("" if default is None else f" = {default}")
        return name


class Values:
    """Argument values. `known` are values of the data by the names of their fields."""

    def __init__(self, dice: Dice, known: Known, variables: Variables) -> None:
        self._dice = dice
        self._known = known
        self._variables = variables

    def arguments(self, declared: Mapping[str, GraphQLArgument]) -> str:
        """As written behind a field, with the brackets; nothing where there are none."""
        given = [
            f"{name}: {_literal(self._given(name, argument))}"
            for name, argument in declared.items()
            if is_required_argument(argument) or self._dice.chance(60)
        ]
        return f"({', '.join(given)})" if given else ""

    def condition(self) -> str:
        """For @skip and @include."""
        if not self._dice.chance(60):
            return self._dice.pick(("true", "false"))
        known = [name for name, text in self._variables.types.items() if text == "Boolean!"]
        if known and self._dice.chance(50):
            return f"${self._dice.pick(known)}"
        name = self._variables.new("Boolean!", None)
        self._variables.values[name] = self._dice.pick((True, False))
        return f"${name}"

    def _given(self, name: str, place: GraphQLArgument | GraphQLInputField) -> Any:
        """A literal or a variable, which may then be absent, null or have a default."""
        if self._dice.chance(40):
            return Name(f"${self._variable(name, place)}")
        return self._value(name, place.type)

    def _variable(self, name: str, place: GraphQLArgument | GraphQLInputField) -> str:
        text = str(place.type)
        known = [one for one, known_text in self._variables.types.items() if known_text == text]
        if known and self._dice.chance(40):
            return self._dice.pick(known)
        return self._new_variable(name, place.type, has_default=place.default is not None)

    def _new_variable(self, name: str, declared: Any, *, has_default: bool) -> str:
        """A variable may be null where the place may not, if one of them has a default."""
        required = isinstance(declared, GraphQLNonNull)
        inner = declared.of_type if required else declared
        default = _literal(self._constant(name, inner)) if self._dice.chance(30) else None
        nullable = (default is not None or has_default) if required else not self._dice.chance(20)
        variable = self._variables.new(str(inner) if nullable else f"{inner}!", default)
        if (nullable or default is not None) and self._dice.chance(25):
            return variable
        value = None if nullable and not required and self._dice.chance(20) else self._constant(name, inner)
        self._variables.values[variable] = _plain(value)
        return variable

    def _constant(self, name: str, declared: Any) -> Any:
        return Values(self._dice, self._known, _NONE)._value(name, GraphQLNonNull(declared))

    def _value(self, name: str, declared: Any) -> Any:
        if isinstance(declared, GraphQLNonNull):
            declared = declared.of_type
        elif self._dice.chance(10):
            return None
        if isinstance(declared, GraphQLList):
            return self._list(name, declared)
        if isinstance(declared, GraphQLEnumType):
            return Name(self._dice.pick(list(declared.values)))
        if isinstance(declared, GraphQLInputObjectType):
            return self._object(declared)
        return self._dice.pick(self._scalars(name, declared.name))

    def _list(self, name: str, declared: Any) -> Any:
        """A single value stands for a list of one."""
        if self._dice.chance(15):
            return self._value(name, GraphQLNonNull(declared.of_type) if _is_nullable(declared) else declared.of_type)
        return [self._value(name, declared.of_type) for _ in range(self._dice.pick((1, 0, 2)))]

    def _object(self, declared: GraphQLInputObjectType) -> dict[str, Any]:
        return {
            name: self._inner(name, one)
            for name, one in declared.fields.items()
            if is_required_input_field(one) or self._dice.chance(60)
        }

    def _inner(self, name: str, one: GraphQLInputField) -> Any:
        """Variables stand within literals, but never within the values of variables."""
        return self._value(name, one.type) if self._variables is _NONE else self._given(name, one)

    def _scalars(self, name: str, scalar: str) -> tuple[Any, ...]:
        kind = _FITTING.get(scalar)
        known = self._known.get(name, ())
        return (*(value for value in known if kind is None or type(value) is kind), *_SIMPLE.get(scalar, ("x",)))


_NONE = Variables()


def _is_nullable(declared: Any) -> bool:
    return not isinstance(declared.of_type, GraphQLNonNull)


def _literal(value: Any) -> str:
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_literal(item)}' for name, item in value.items())}}}"
    return orjson.dumps(value).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Name):
        return value.text
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, dict) else value
