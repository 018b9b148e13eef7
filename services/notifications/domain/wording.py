"""The built-in texts of mails, in the languages of content/mail.*.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from chassis.locales import choose

LANGUAGES: Final = ("en", "de", "fr", "es", "ru", "kk", "ar")
FALLBACK: Final = "en"
_CONTENT: Final = files("services.notifications") / "content"


@dataclass(frozen=True, slots=True)
class Text:
    """With the places of placeholders.py."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Wording:
    language: str
    messages: Mapping[str, Text]
    words: Mapping[str, str]


def wording(locale: str) -> Wording:
    """In the language of a BCP 47 tag, or of its parents; else in English."""
    return _read(choose((locale,), LANGUAGES) or FALLBACK)


@cache
def _read(language: str) -> Wording:
    told = json.loads((_CONTENT / f"mail.{language}.json").read_text(encoding="utf-8"))
    texts = {kind: Text(**text) for kind, text in told["messages"].items()}
    return Wording(language=language, messages=texts, words=told["words"])
