"""What is asked of a machine for the texts of some owners, and what its answers come to.

Texts are asked for in pieces (domain/translation_pieces.py), as many requests as it takes. Each piece is checked, and
the whole again. What was answered well is remembered, so that an interruption or a bad piece costs no good one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from services.directories.domain.translation_checks import problem
from services.directories.domain.translation_pieces import LARGEST, Piece, divide, join

Texts: TypeAlias = Mapping[str, str]  # of one owner, by their names
Outcome: TypeAlias = Texts | str  # the translations of one owner, or what is wrong with them
Key: TypeAlias = tuple[str, str]  # the id of a piece, and its text
_UNDIVIDED: Final = "a part without a place to divide it has more than {} characters"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The texts of some owners (by number, then by name) in pieces, by number and name."""

    texts: Mapping[int, Texts]
    parts: Mapping[tuple[int, str], list[Piece]]

    @classmethod
    def of(cls, texts: Mapping[int, Texts]) -> "Pieces":
        named = {(number, name): text for number, each in texts.items() for name, text in each.items()}
        return cls(texts, {place: divide(text) for place, text in named.items()})

    def listed(self, number: int | None = None) -> list[Key]:
        """Of one owner, or of all; nothing is asked of an empty text."""
        return [
            (_id(place, order), piece.text)
            for place, pieces in self.parts.items()
            if number in (None, place[0])
            for order, piece in enumerate(pieces)
            if piece.text
        ]


@dataclass(slots=True)
class Answers:
    """What was answered so far, and what was wrong, piece by piece."""

    good: dict[Key, str] = field(default_factory=dict)
    bad: dict[Key, str] = field(default_factory=dict)

    def open(self, pieces: Pieces, characters: int) -> dict[str, str]:
        """What to ask next, by ids: of up to so many characters, or one piece; nothing when all is answered."""
        for key in pieces.listed():
            if len(key[1]) > LARGEST:
                self.bad[key] = _UNDIVIDED.format(LARGEST)
        left = (key for key in pieces.listed() if key not in self.good and key not in self.bad)
        return dict(_fitting(left, characters))

    def learn(self, asked: Mapping[str, str], answered: Mapping[str, str]) -> None:
        for id, text in asked.items():
            wrong = problem(text, answered[id].strip("\n"))
            if wrong is None:
                self.good[id, text] = answered[id]
            else:
                self.bad[id, text] = wrong

    def fail(self, asked: Mapping[str, str], reason: str) -> None:
        self.bad |= dict.fromkeys(asked.items(), reason)

    def outcomes(self, pieces: Pieces) -> dict[int, Outcome]:
        """By the numbers of the owners, once nothing is open. What was wrong can be asked again."""
        found = {number: self._outcome(number, pieces) for number in pieces.texts}
        self.bad.clear()
        return found

    def _outcome(self, number: int, pieces: Pieces) -> Outcome:
        wrong = next((self._named(key) for key in pieces.listed(number) if key in self.bad), None)
        if wrong is not None:
            return wrong
        source = pieces.texts[number]
        made = {name: self._joined((number, name), pieces) for name in source}
        spoilt = next(
            (f"{name}: {wrong}" for name, text in made.items() if (wrong := _whole(source[name], text))), None
        )
        for key in pieces.listed(number):
            del self.good[key]
        return made if spoilt is None else spoilt

    def _named(self, key: Key) -> str:
        return f"{key[0].split('.')[1]}: {self.bad[key]}"

    def _joined(self, place: tuple[int, str], pieces: Pieces) -> str:
        parts = pieces.parts[place]
        answered = [self.good[_id(place, order), piece.text] if piece.text else "" for order, piece in enumerate(parts)]
        return join(parts, answered)


def _id(place: tuple[int, str], order: int) -> str:
    number, name = place
    return f"{number}.{name}.{order}"


def _fitting(keys: Iterable[Key], characters: int) -> Iterable[Key]:
    size = 0
    for number, key in enumerate(keys):
        size += len(key[1])
        if number and size > characters:
            return
        yield key


def _whole(source: str, text: str) -> str | None:
    return problem(source, text) if source else None
