"""What changed from one text to another: parts that stayed, came or went, by lines or by words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby
from typing import Final, TypeAlias

MOST_PAIRS: Final = 200_000  # of equal pieces to look at; beyond, a comparison would take seconds
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")


class Fate(StrEnum):
    EQUAL = "EQUAL"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True)
class Part:
    """Equal and added parts together are the later text, equal and removed ones the earlier."""

    fate: Fate
    text: str


_Step: TypeAlias = tuple[Sequence[str], Sequence[str]]  # what one text has where the other has something else


def compare(before: str, after: str, *, by_words: bool) -> list[Part]:
    """Lines are compared first, and within those that differ words; equal neighbours are one part."""
    found: list[Part] = []
    for old, new in _steps(_LINES.findall(before), _LINES.findall(after)):
        if by_words and old and new and old is not new:
            found += _parts(_steps(_WORDS.findall("".join(old)), _WORDS.findall("".join(new))))
        else:
            found += _parts([(old, new)])
    return list(_joined(found))


def _steps(before: Sequence[str], after: Sequence[str]) -> Iterator[_Step]:
    """What is equal comes as one and the same object on both sides."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    yield (same := before[:head]), same
    yield from _matched(old, new) if _pairs(old, new) <= MOST_PAIRS else [(old, new)]
    yield (same := before[len(before) - tail :]), same


def _matched(before: Sequence[str], after: Sequence[str]) -> Iterator[_Step]:
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        old = before[i:j]
        yield old, old if tag == "equal" else after[k:m]


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many pieces are equal from the start."""
    return next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many equal pieces there are to choose from: the work of the matcher grows with them."""
    here, there = Counter(before), Counter(after)
    return sum(number * there[piece] for piece, number in here.items())


def _parts(steps: Iterable[_Step]) -> Iterator[Part]:
    for old, new in steps:
        if old is new:
            yield Part(Fate.EQUAL, "".join(old))
        else:
            yield Part(Fate.REMOVED, "".join(old))
            yield Part(Fate.ADDED, "".join(new))


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    for fate, group in groupby((part for part in parts if part.text), key=lambda part: part.fate):
        yield Part(fate, "".join(part.text for part in group))
