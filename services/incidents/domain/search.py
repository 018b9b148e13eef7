"""What people type to search for, read into terms.

    phishing mail            both words, in whatever form the language has; of the last one the beginning is enough
    "stolen notebook"        these words one behind the other
    -drill   -"dry run"      none of these
    ACME-2026-000042         an incident's reference: that one comes first

Whatever is typed is read somehow, but for what is too long, says nothing, or says only what is not to be found. A
quotation that nobody ended goes on to the end. What PostgreSQL makes of the terms are lexemes, so no sign is one of its
language.
"""

import re
from dataclasses import dataclass
from typing import Final

from chassis.errors import Invalid

LONGEST_SEARCH: Final = 200
MOST_TERMS: Final = 12
_TERM: Final = re.compile(r'(-?)"([^"]*)(?:"|$)|(-?)([^\s"]+)')
_SAYS_SOMETHING: Final = re.compile(r"\w")
_REFERENCE: Final = re.compile(r"[A-Z0-9]+-\d{4}-\d{6,}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one behind the other; one word alone may be the `beginning` of what is looked for."""

    words: str
    excluded: bool = False
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """`reference` is what was typed, when it has the form of one."""

    terms: tuple[Term, ...]
    reference: str | None = None


def search_of(typed: str) -> Search:
    """Raises Invalid saying what to type instead."""
    if len(typed) > LONGEST_SEARCH:
        raise _invalid(f"At most {LONGEST_SEARCH} characters are searched for; this has {len(typed)}.")
    text = _CONTROL.sub(" ", typed)
    terms = [term for term in map(_term, _TERM.finditer(text)) if _SAYS_SOMETHING.search(term.words)]
    if len(terms) > MOST_TERMS:
        raise _invalid(f"At most {MOST_TERMS} words and quotations are searched for; these are {len(terms)}.")
    if all(term.excluded for term in terms):
        raise _invalid("Say what is to be found: a word, or several, or a quotation.")
    if text.endswith(terms[-1].words) and terms[-1] == Term(terms[-1].words) and " " not in terms[-1].words:
        terms[-1] = Term(terms[-1].words, beginning=True)
    whole = text.strip().upper()
    return Search(tuple(terms), whole if _REFERENCE.fullmatch(whole) else None)


def _term(found: re.Match[str]) -> Term:
    minus_quoted, quoted, minus, word = found.groups()
    return Term(" ".join((word if quoted is None else quoted).split()), excluded=bool(minus_quoted or minus))


def _invalid(message: str) -> Invalid:
    return Invalid(message, field=("search",))
