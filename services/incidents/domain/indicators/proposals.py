"""Finding indicators in what people wrote, in defanged forms too: proposed to them, never written down unasked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.incidents.domain.indicators.recognition import recognize
from services.incidents.domain.indicators.vocabulary import LONGEST_VALUE

MOST_PROPOSALS: Final = 200
# Words that may be something, and their characters: what a text of 100,000 characters may cost is bounded.
_MOST_LOOKED_AT: Final = 5_000
_MOST_CHARACTERS: Final = 30_000
_STOPS: Final = r"\s\"'<>`|"
_PART: Final = rf"[^{_STOPS}\\,;]{{1,255}}"
# A word begins where the one before ended and is taken whole: every character is read a bounded number of times. Parts
# of registry keys may hold spaces, but for the last one, behind which a sentence may go on.
_WORD: Final = re.compile(
    r"[A-Z]{2}[0-9]{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?(?![A-Za-z0-9])"
    rf"|[A-Za-z*]{{1,10}}(?:\[:\]//|\[://\]|:\[//\]|://)[^{_STOPS}/,;]++(?:/[^{_STOPS}]*+)?"
    rf"|(?:HKEY_[A-Z_]{{4,30}}|HK(?:LM|CU|CR|U|CC))\\(?:{_PART}(?: {_PART}){{0,4}}\\){{0,30}}{_PART}"
    rf"|[^{_STOPS},;=(\[{{][^{_STOPS},;=]*+"
)
_PROMISING: Final = re.compile(r"[.:@\\\]})-]|^AS[0-9]|^[0-9A-Fa-f]{32}|^[A-Z]{2}[0-9]{2} ?[A-Z0-9]{4}")
_LABEL: Final = re.compile(r"(?:ip|src|dst|domain|host|mail|mailto|email|url):(?!/)", re.IGNORECASE)
_TRAILING: Final = ".,;:!?"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}
_MOST_TRIMMED: Final = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """`start` and `end` are places in the text, in characters; `value` is what stands between them."""

    code: str
    value: str
    form: str
    start: int
    end: int


def propose(text: str) -> list[Proposal]:
    """In the order of the text, each once."""
    found: dict[tuple[str, str], Proposal] = {}
    for start, word in _words(text):
        known = recognize(word)
        if known is not None:
            end = start + len(known.value)  # of a host, without its port or path
            found.setdefault((known.code, known.form), Proposal(*known, start, end))
        if len(found) == MOST_PROPOSALS:
            break
    return list(found.values())


def _words(text: str) -> Iterator[tuple[int, str]]:
    left, characters = _MOST_LOOKED_AT, _MOST_CHARACTERS
    for match in _WORD.finditer(text):
        word = match[0]
        if len(word) > LONGEST_VALUE or not _PROMISING.search(word):
            continue
        label = _LABEL.match(word)
        start = label.end() if label else 0
        trimmed = _trimmed(word[start:])
        if trimmed:
            yield match.start() + start, trimmed
            left -= 1
            characters -= len(trimmed)
        if left == 0 or characters <= 0:
            return


def _trimmed(word: str) -> str:
    """Without what ends a sentence or a bracket that was opened before."""
    for _ in range(_MOST_TRIMMED):
        last = word[-1:]
        opening = _BRACKETS.get(last)
        if last == "" or not (last in _TRAILING or (opening and word.count(opening) < word.count(last))):
            break
        word = word[:-1]
    return word
