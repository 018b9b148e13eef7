"""What the history of the guide tells of changed texts."""

from collections.abc import Mapping
from typing import Any

from services.directories.domain.guide_texts import PageText


def text_changes(before: Mapping[str, PageText], after: Mapping[str, PageText]) -> dict[str, tuple[Any, Any]]:
    """By field and locale: titles and states as they are, of long texts how many characters they have."""
    found: dict[str, tuple[Any, Any]] = {}
    for locale in sorted(before.keys() | after.keys()):
        old, new = before.get(locale), after.get(locale)
        for name in ("title", "text", "state"):
            here, there = getattr(old, name, None), getattr(new, name, None)
            if here != there:
                found[f"{name}.{locale}"] = (_length(here), _length(there)) if name == "text" else (here, there)
    return found


def _length(text: str | None) -> int | None:
    return None if text is None else len(text)
