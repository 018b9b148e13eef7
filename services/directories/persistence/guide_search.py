"""Searching the guide by words, in the language that each reader is served.

PostgreSQL knows the forms of words of many languages; for the others, such as Kazakh, words are found as they are
written. Every text is indexed both ways, so that the beginning of a word finds it whatever its stem is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, cast, func, literal_column, text
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.ext.asyncio import AsyncSession

LONGEST_SEARCH: Final = 200
_MOST_WORDS: Final = 10
_UNKNOWN: Final = "simple"
_CONFIGURATIONS: Final[Mapping[str, str]] = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_START, _END = "\ue000", "\ue001"  # no text has them: domain/guide_markdown.py takes them out
_MARKS: Final = f"StartSel={_START}, StopSel={_END}"
_PLACES: Final = re.compile(f"{_START}(.*?){_END}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether it is what was searched for."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class Hit:
    page_id: UUID
    locale: str
    title: list[Piece]
    snippet: list[Piece]


def configuration(locale: str) -> str:
    """What PostgreSQL calls the language of a BCP 47 tag."""
    return _CONFIGURATIONS.get(locale.partition("-")[0].lower(), _UNKNOWN)


def words(locale: str, title: str, plain: str) -> ColumnElement[Any]:
    """What a text is found by; its title weighs more."""
    both = [_vector(name, title, "A").op("||")(_vector(name, plain, "B")) for name in (configuration(locale), _UNKNOWN)]
    return both[0].op("||")(both[1])


async def search(asked: str, served: Mapping[UUID, str], first: int, session: AsyncSession) -> list[Hit]:
    """Up to `first` hits among the pages in `served`, each in its language there; the best first.

    All words must be found, the last ones perhaps only by their beginnings.
    """
    wanted = re.findall(r"\w+", asked)[:_MOST_WORDS]
    if not wanted or not served:
        return []
    values = {
        "pages": list(served),
        "locales": list(served.values()),
        "configurations": [configuration(locale) for locale in served.values()],
        "first": first,
        **{f"word{number}": f"'{word}':*" for number, word in enumerate(wanted)},
    }
    found = await session.execute(_statement(len(wanted)), values)
    return [Hit(row.page_id, row.locale, _pieces(row.title), _best(row)) for row in found]


def _vector(name: str, value: str, weight: str) -> ColumnElement[Any]:
    """`weight` is A to D, and no parameter: it has a type of its own."""
    return func.setweight(func.to_tsvector(cast(name, REGCONFIG), value), literal_column(f"'{weight}'"))


def _statement(number: int) -> TextClause:
    query = " && ".join(
        f"(to_tsquery(configuration, :word{i}) || to_tsquery('simple', :word{i}))" for i in range(number)
    )
    return text(_SEARCH.format(query=query, marks=_MARKS))


_SEARCH: Final = """
WITH wanted AS (
    SELECT page_id, locale, configuration, place, {query} AS query
    FROM (
        SELECT page_id, locale, name::regconfig AS configuration, place
        FROM unnest(cast(:pages AS uuid[]), cast(:locales AS text[]), cast(:configurations AS text[]))
        WITH ORDINALITY AS given (page_id, locale, name, place)
    ) AS given
), found AS (
    SELECT page_id, locale, configuration, query, title, plain, ts_rank(words, query) AS rank, place
    FROM wanted JOIN guide_text USING (page_id, locale)
    WHERE words @@ query
    ORDER BY rank DESC, place LIMIT :first
)
SELECT page_id, locale, ts_headline(configuration, title, query, '{marks}, HighlightAll=true') AS title,
    ts_headline(configuration, plain, query, '{marks}, MinWords=12, MaxWords=30') AS stemmed,
    ts_headline('simple', plain, query, '{marks}, MinWords=12, MaxWords=30') AS literal
FROM found ORDER BY rank DESC, place
"""


def _best(row: Any) -> list[Piece]:
    """Words that were found by their stems are not all found as they are written, nor the other way round."""
    return _pieces(row.literal if row.literal.count(_START) > row.stemmed.count(_START) else row.stemmed)


def _pieces(marked: str) -> list[Piece]:
    parts: Sequence[str] = _PLACES.split(marked)
    return [Piece(part, number % 2 == 1) for number, part in enumerate(parts) if part]
