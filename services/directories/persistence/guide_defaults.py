"""The guide that every installation begins with, read from content/guide/<locale>/<slug>.md, its tree from pages.json.

The first line of a file is `# ` and the title; the rest is the text.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

SOURCE: Final = "en"
LOCALES: Final = ("en", "de", "fr", "es", "ru", "kk")
_CONTENT: Final = files("services.directories") / "content" / "guide"


@dataclass(frozen=True, slots=True)
class DefaultPage:
    """`texts` are title and text by locale; the parent, given by its slug, comes before."""

    slug: str
    parent: str | None
    order: int
    texts: dict[str, tuple[str, str]]


def default_pages() -> Iterator[DefaultPage]:
    for source in json.loads((_CONTENT / "pages.json").read_text(encoding="utf-8")):
        texts = {locale: _read(locale, source["slug"]) for locale in LOCALES}
        yield DefaultPage(source["slug"], source["parent"], source["order"], texts)


def _read(locale: str, slug: str) -> tuple[str, str]:
    head, _, text = (_CONTENT / locale / f"{slug}.md").read_text(encoding="utf-8").partition("\n")
    return head.removeprefix("# "), text.strip()
