"""The texts of a guide page, language by language, and what is known of each as a translation.

Each page is written in one language first, its source. A text in another language says by `source_hash` which source
it is a translation of. What a person writes counts as reviewed; a changed source makes all others stale.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.errors import Invalid
from services.directories.domain import guide_rules, rules
from services.directories.domain.translation import State

TextChange: TypeAlias = Mapping[str, Any]  # `locale`, and of `title` and `text` what shall change
FIELD: Final = "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A text without its body. `engine` is what translated it, None for a person; `reviewed_by` None for ours."""

    title: str
    state: State
    source_hash: str
    engine: str | None = None
    reviewed_by: UUID | None = None
    reviewed_at: datetime | None = None

    @property
    def is_unread(self) -> bool:
        """Whether a machine made it and nobody has looked at it, be it stale by now or not."""
        return self.engine is not None and self.reviewed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText(Stand):
    """`text` is Markdown."""

    text: str

    def says(self, other: "PageText | None") -> bool:
        """Whether both mean the same to a reader, whoever looked at them when."""
        return other is not None and (self.title, self.text, self.state) == (other.title, other.text, other.state)

    def stored(self) -> dict[str, Any]:
        """By the names of columns."""
        return {**asdict(self), "state": self.state.value}


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and when; `id` is None where that is no person."""

    id: UUID | None
    at: datetime


def digest(title: str, text: str) -> str:
    """SHA-256, in hexadecimal, of what a translation was made from."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def merge(
    before: Mapping[str, PageText], changes: Sequence[TextChange], source: str, author: Author
) -> dict[str, PageText]:
    """All texts after the changes; a title of None takes the translation away.

    Raises Invalid naming the place in `changes` of an unknown locale, one that comes twice, or a text that breaks its
    rule; and when the text in the language `source` is not there.
    """
    after = dict(before)
    written = {locale: _apply(after, locale, change, place) for place, locale, change in _located(changes)}
    if source not in after:
        raise Invalid(f"A page needs its text in {source}, its first language.", field=(FIELD,))
    current = digest(after[source].title, after[source].text)
    for locale, text in after.items():
        if written.get(locale):
            after[locale] = reviewed(text, current, author)
        elif text.source_hash != current:
            after[locale] = replace(text, state=State.STALE)
    return {locale: _kept(before.get(locale), text) for locale, text in after.items()}


def _located(changes: Sequence[TextChange]) -> list[tuple[int, str, TextChange]]:
    """With their places and the canonical tags. Raises Invalid."""
    found: list[tuple[int, str, TextChange]] = []
    for place, change in enumerate(changes):
        locale = rules.locale(change["locale"], FIELD, str(place), "locale")
        if any(locale == known for _, known, _ in found):
            raise Invalid(f"The locale {locale} is given twice.", field=(FIELD, str(place), "locale"))
        found.append((place, locale, change))
    return found


def _apply(texts: dict[str, PageText], locale: str, change: TextChange, place: int) -> bool:
    """Whether a text was written, not taken away."""
    present = texts.get(locale)
    if "title" in change and change["title"] is None:
        texts.pop(locale, None)
        return False
    title = change.get("title", present.title if present else None)
    text = change.get("text", present.text if present else "")
    texts[locale] = PageText(
        title=rules.checked(guide_rules.title, title, FIELD, str(place), "title"),
        text=rules.checked(guide_rules.text, text, FIELD, str(place), "text"),
        state=State.REVIEWED,
        source_hash="",
    )
    return True


def reviewed(text: PageText, source_hash: str, author: Author) -> PageText:
    """As what `author` wrote or approved as a translation of that source."""
    return replace(
        text,
        state=State.REVIEWED,
        source_hash=source_hash,
        engine=None,
        reviewed_by=author.id,
        reviewed_at=author.at,
    )


def _kept(before: PageText | None, after: PageText) -> PageText:
    """Writing what stands there already changes nothing."""
    same = before is not None and after.says(before) and after.source_hash == before.source_hash
    return before if before is not None and same else after


def to_stand(told: Mapping[str, Any]) -> Stand:
    """From what was stored, as columns or as JSON."""
    return Stand(**_typed(told))


def to_text(told: Mapping[str, Any]) -> PageText:
    return PageText(**_typed(told))


def _typed(told: Mapping[str, Any]) -> dict[str, Any]:
    by, at = told["reviewed_by"], told["reviewed_at"]
    return {
        **told,
        "state": State(told["state"]),
        "reviewed_by": UUID(by) if isinstance(by, str) else by,
        "reviewed_at": datetime.fromisoformat(at) if isinstance(at, str) else at,
    }
