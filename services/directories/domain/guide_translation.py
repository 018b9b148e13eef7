"""Translations of guide pages: made by machine, reviewed by people, and what of both readers get to see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chassis.errors import Invalid
from services.directories.domain import guide_rules, rules
from services.directories.domain.guide_texts import Author, PageText, digest, reviewed
from services.directories.domain.translation import State

NAMES: Final = ("title", "text")


def translated(source: PageText, texts: Mapping[str, str], engine: str | None, by: Author) -> PageText:
    """`texts` (by NAMES) as a translation of `source`: by machine when `engine` made it, by the person `by` when None.

    Raises Invalid for a text that breaks its rule, or has another name.
    """
    if texts.keys() - {*NAMES}:
        raise Invalid(f"A page has only these texts: {', '.join(NAMES)}.", field=("texts",))
    made = PageText(
        title=rules.checked(guide_rules.title, texts.get("title"), "title"),
        text=rules.checked(guide_rules.text, texts.get("text"), "text"),
        state=State.MACHINE,
        source_hash=digest(source.title, source.text),
        engine=engine,
    )
    return made if engine is not None else reviewed(made, made.source_hash, by)


def approved(source: PageText, text: PageText, by: Author) -> PageText:
    """`text` as a good translation of `source` as that is now; it stays known what made it."""
    return replace(reviewed(text, digest(source.title, source.text), by), engine=text.engine)


def to_publish(
    draft: Mapping[str, PageText], shown: Mapping[str, PageText], source: str, *, unread: bool
) -> dict[str, PageText]:
    """What readers get instead of `shown`: the draft; of texts that nobody has read what was shown before, if any.

    With `unread` those too. `source` is the page's first language.
    """
    present = digest(draft[source].title, draft[source].text)
    chosen = {locale: shown.get(locale) if text.is_unread and not unread else text for locale, text in draft.items()}
    return {locale: _aged(text, present) for locale, text in chosen.items() if text is not None}


def _aged(text: PageText, source_hash: str) -> PageText:
    return text if text.source_hash == source_hash else replace(text, state=State.STALE)
