"""What terms are to be called in other languages, so that every translation calls them the same."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from chassis.errors import Invalid
from chassis.locales import choose
from services.directories.domain import rules

LONGEST_TERM: Final = 100
MOST_TERMS: Final = 1_000
Glossary = Mapping[str, Mapping[str, str]]  # term -> BCP 47 tag -> what it is called there
_LINES: Final = re.compile(r"[\x00-\x1f\x7f]")


def term(value: str) -> str:
    found = " ".join(value.split())
    if not 1 <= len(found) <= LONGEST_TERM or _LINES.search(found):
        raise ValueError(f"A term has 1 to {LONGEST_TERM} characters.")
    return found


def translations(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Raises Invalid naming the place of an unknown locale, one that comes twice, or a term that is none."""
    found: dict[str, str] = {}
    for place, (locale, word) in enumerate(given):
        path = ("translations", str(place))
        tag = rules.locale(locale, *path, "locale")
        if tag in found:
            raise Invalid(f"The locale {tag} is given twice.", field=(*path, "locale"))
        found[tag] = rules.checked(term, word, *path, "term")
    return found


def relevant(glossary: Glossary, texts: Iterable[str], locale: str) -> dict[str, str]:
    """The terms that are in the texts, and what they are called in the locale or the nearest language above it."""
    everything = "\n".join(texts).casefold()
    chosen = {
        word: choose((locale,), tuple(sorted(called)))
        for word, called in glossary.items()
        if re.search(rf"(?<!\w){re.escape(word.casefold())}", everything)
    }
    return {word: glossary[word][tag] for word, tag in sorted(chosen.items()) if tag is not None}
