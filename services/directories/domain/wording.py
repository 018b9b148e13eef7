"""What an entry is called for one reader."""

from collections.abc import Sequence
from typing import TypeAlias

from services.directories.domain.entries import Entry
from services.directories.domain.locales import choose

Wanted: TypeAlias = tuple[str, ...]  # BCP 47 tags, best first


def name(entry: Entry, wanted: Wanted) -> tuple[str, str | None]:
    """The name and its tag; the code and None where no translation serves."""
    tag = choose(wanted, tuple(entry.texts))
    return (entry.code, None) if tag is None else (entry.texts[tag].name, tag)


def description(entry: Entry, wanted: Wanted) -> str | None:
    """Only translations that have a description are looked at."""
    described: Sequence[str] = [tag for tag, text in entry.texts.items() if text.description is not None]
    tag = choose(wanted, tuple(described))
    return None if tag is None else entry.texts[tag].description
