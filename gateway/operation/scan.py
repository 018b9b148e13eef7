"""What a document holds, read from its tokens without building a tree: enough to tell how large it would become.

Outside of parentheses braces are selections, and a name before a colon is an alias; that needs no grammar.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_INTROSPECTION: Final = frozenset({"__schema", "__type"})


class Level(NamedTuple):
    """Where a selection stands: how many fields it is below, whether it asks about the schema, and at which place.

    Selections of one place have the same response keys above them, so their fields are merged.
    """

    depth: int
    introspection: bool
    place: int


class Spread(NamedTuple):
    fragment: str
    at: Level


@dataclass(slots=True)
class Definition:
    """An operation or, with a name, a fragment; what it spreads is listed, not counted.

    `fragments` counts the places where one stands or is spread.
    """

    fragment: str | None
    depth: int = 0
    introspection_depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    root_fields: int = 0
    fragments: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    spreads: list[Spread] = field(default_factory=list)


def scan(tokens: Sequence[str]) -> list[Definition]:
    """The definitions; of a document that the parser refuses anything may be missing."""
    reading = _Reading(tokens)
    found = []
    while reading.more:
        found.append(reading.definition())
    return found


class _Reading:
    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._places: dict[tuple[int, str], int] = {}

    @property
    def more(self) -> bool:
        return self._at < len(self._tokens)

    def definition(self) -> Definition:
        self._skip_description()
        is_fragment = self._peek() == "fragment"
        made = Definition(self._peek(1) if is_fragment else None)
        for sign in self._outside():
            if sign == "@":
                made.directives += 1
            elif sign == "{":
                self._selections(made)
                break
        return made

    def _selections(self, made: Definition) -> None:
        """Up to the brace that ends the definition. `inner` is the level that the next brace would open."""
        stack = [Level(0, introspection=False, place=0)]
        inner = stack[0]
        for sign in self._outside():
            level = stack[-1]
            if sign == "{":
                stack.append(inner)
            elif sign == "}":
                stack.pop()
                if not stack:
                    return
            elif sign == "@":
                made.directives += 1
                self._at += 1
            elif sign == "...":
                inner = level
                self._spread(made, level)
            else:
                inner = self._field(made, sign, level)

    def _spread(self, made: Definition, level: Level) -> None:
        """`... on Type` and `...` alone open a selection; `...Name` spreads a fragment."""
        made.fragments += 1
        following = self._peek()
        if following == "on":
            self._at += 2
        elif following not in {"{", "@"}:
            self._at += 1
            made.spreads.append(Spread(following, level))

    def _field(self, made: Definition, key: str, level: Level) -> Level:
        name = key
        if self._peek() == ":":
            name = self._peek(1)
            self._at += 2
            made.aliases += 1
        made.fields += 1
        made.keys[key] += 1
        made.root_fields += level.depth == 0
        place = self._places.setdefault((level.place, key), len(self._places) + 1)
        made.places[place] += 1
        if level.introspection or name in _INTROSPECTION:
            depth = level.depth + 1 if level.introspection else 1
            made.introspection_depth = max(made.introspection_depth, depth)
            return Level(depth, introspection=True, place=place)
        made.depth = max(made.depth, level.depth + 1)
        return Level(level.depth + 1, introspection=False, place=place)

    def _outside(self) -> Iterator[str]:
        """The tokens outside of parentheses, and every `@` within: variables may have directives, values have none."""
        within = 0
        while self.more:
            sign = self._tokens[self._at]
            self._at += 1
            if sign == "(":
                within += 1
            elif sign == ")":
                within -= 1
            elif not within or sign == "@":
                yield sign

    def _skip_description(self) -> None:
        while self.more and self._peek().startswith('"'):
            self._at += 1

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""
