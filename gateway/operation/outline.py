"""What a document asks, read from its tokens: enough to tell what it costs before it is parsed and validated.

Exact for every document that the parser accepts; of any other it is something, and reading it ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

Condition: TypeAlias = tuple[bool, str]  # include or skip, and the value: `true`, `false`, `$name`
Selections: TypeAlias = "list[OutlinedField | OutlinedFragment]"
_NOTHING: Final[Mapping[str, str]] = {}
_KINDS: Final = frozenset({"query", "mutation", "subscription"})
_BEFORE_SELECTIONS: Final = frozenset({"{", ""})


class OutlinedField(NamedTuple):
    """`arguments` have simple values as written; variables begin with `$`, lists and objects are empty texts."""

    name: str
    arguments: Mapping[str, str]
    conditions: tuple[Condition, ...]
    below: Selections


class OutlinedFragment(NamedTuple):
    """One that is spread has its `name`, one that stands here what is `below`, with its type if that is told."""

    name: str
    type_name: str
    conditions: tuple[Condition, ...]
    below: Selections


@dataclass(slots=True)
class OutlinedOperation:
    """`defaults` are those of its variables, written as arguments are."""

    kind: str
    name: str | None
    defaults: dict[str, str]
    selections: Selections


@dataclass(slots=True)
class Outline:
    operations: list[OutlinedOperation] = field(default_factory=list)
    fragments: dict[str, OutlinedFragment] = field(default_factory=dict)

    def operation(self, name: str | None) -> OutlinedOperation | None:
        """The one of this name, or the only one; None where that is not to be told."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        return next((each for each in self.operations if each.name == name), None)


def outline(tokens: Iterable[str]) -> Outline:
    """Of tokens as tokens.py finds them; how deep their brackets nest is up to whoever calls."""
    reading, found = _Reading(tokens), Outline()
    while reading.sign:
        reading.definition(found)
    return found


class _Reading:
    """`sign` is the token that comes next, an empty text at the end."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = iter(tokens)
        self.sign = next(self._tokens, "")

    def _take(self) -> str:
        taken, self.sign = self.sign, next(self._tokens, "")
        return taken

    def definition(self, found: Outline) -> None:
        kind = self._take()
        if kind == "{":
            found.operations.append(OutlinedOperation("query", None, {}, self._selections()))
        elif kind == "fragment":
            name, _, type_name = self._take(), self._take(), self._take()
            found.fragments.setdefault(name, OutlinedFragment(name, type_name, (), self._body()))
        elif kind in _KINDS:
            name = "" if self.sign in {"{", "(", "@"} else self._take()
            defaults = self._variables() if self.sign == "(" else {}
            found.operations.append(OutlinedOperation(kind, name or None, defaults, self._body()))

    def _body(self) -> Selections:
        """The selections of a definition, after its directives."""
        while self.sign not in _BEFORE_SELECTIONS:
            if self._take() == "(":
                self._skip()
        return self._selections() if self._take() else []

    def _selections(self) -> Selections:
        """Up to the brace that ends them; the one that begins them is taken."""
        found: Selections = []
        while (sign := self._take()) not in {"}", ""}:
            found.append(self._fragment() if sign == "..." else self._field(sign))
        return found

    def _field(self, name: str) -> OutlinedField:
        if self.sign == ":":
            self._take()
            name = self._take()
        arguments = self._arguments() if self.sign == "(" else _NOTHING
        conditions = self._conditions() if self.sign == "@" else ()
        if self.sign != "{":
            return OutlinedField(name, arguments, conditions, [])
        self._take()
        return OutlinedField(name, arguments, conditions, self._selections())

    def _fragment(self) -> OutlinedFragment:
        name = type_name = ""
        if self.sign == "on":
            self._take()
            type_name = self._take()
        elif self.sign not in {"{", "@"}:
            name = self._take()
        conditions = self._conditions() if self.sign == "@" else ()
        if name or self.sign != "{":
            return OutlinedFragment(name, type_name, conditions, [])
        self._take()
        return OutlinedFragment(name, type_name, conditions, self._selections())

    def _conditions(self) -> tuple[Condition, ...]:
        found = []
        while self.sign == "@":
            self._take()
            name = self._take()
            arguments = self._arguments() if self.sign == "(" else _NOTHING
            if name in {"skip", "include"}:
                found.append((name == "include", arguments.get("if", "")))
        return tuple(found)

    def _arguments(self) -> dict[str, str]:
        self._take()
        found = {}
        while (name := self._take()) not in {")", ""}:
            if self.sign == ":":
                self._take()
                found[name] = self._value()
        return found

    def _variables(self) -> dict[str, str]:
        """`($name: [Type!]! = value @directive)`: what stands before an equals sign and is no variable, is its type."""
        self._take()
        found, name = {}, ""
        while (sign := self._take()) not in {")", ""}:
            if sign == "$":
                name = self._take()
            elif sign == "=":
                found[name] = self._value()
            elif sign == "(":
                self._skip()
        return found

    def _value(self) -> str:
        sign = self._take()
        if sign == "$":
            return sign + self._take()
        if sign in {"[", "{"}:
            self._skip()
            return ""
        return sign

    def _skip(self) -> None:
        """To the end of brackets that have begun."""
        open_brackets = 1
        while open_brackets and (sign := self._take()):
            if sign in {"(", "[", "{"}:
                open_brackets += 1
            elif sign in {")", "]", "}"}:
                open_brackets -= 1
