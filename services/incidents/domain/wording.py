"""Sentences about changes, for people: one for each kind of change, in the languages of content/history.*.json.

A sentence has places for what is named in it. People and directory entries are named by their owners, in the reader's
language; a sentence therefore only says where they stand.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "de", "fr", "es", "ru", "kk", "ar")
_FALLBACK: Final = "en"
_SCRIPT: Final = 4  # letters, as in Latn
_OF_PARTS: Final = frozenset({"ADDED", "EDITED", "REMOVED", "OVERDUE", "RESTORED", "DOWNLOADED"})
_CONTENT: Final = files("services.incidents") / "content"


@dataclass(frozen=True, slots=True)
class Wording:
    """What things are called in one language, by the names that the history keeps."""

    language: str
    sentences: Mapping[str, str]
    words: Mapping[str, str]
    parts: Mapping[str, str]
    fields: Mapping[str, str]

    def field(self, column: str, otherwise: str) -> str:
        return self.fields.get(column, otherwise)

    def part(self, kind: str) -> str:
        """What nobody has put into words is called by its name."""
        return self.parts.get(kind, kind.replace("_", " ").lower())


def wording(tags: Iterable[str]) -> Wording:
    """In the first language of a reader's BCP 47 tags, best first, that there is; else in English."""
    spoken = (_language(tag) for tag in tags)
    return _read(next((language for language in spoken if language in LANGUAGES), _FALLBACK))


def sentence_of(operation: str, part_type: str | None, changes: Mapping[str, Any]) -> str:
    """Which sentence tells a change."""
    if part_type is not None:
        return f"PART_{operation}" if operation in _OF_PARTS else "OTHER"
    if operation == "ASSIGNED" and changes.get("responsible_id", (None, None))[1] is None:
        return "UNASSIGNED"
    if operation == "VISIBILITY_CHANGED":
        return "RESTRICTED" if changes["visibility"][1] == "RESTRICTED" else "OPENED"
    return operation if operation in _read(_FALLBACK).sentences else "OTHER"


def _language(tag: str) -> str | None:
    """Of a tag that names no script: who reads kk-Latn does not read kk."""
    language, *rest = tag.replace("_", "-").split("-")
    return None if any(len(part) == _SCRIPT for part in rest) else language.lower()


@cache
def _read(language: str) -> Wording:
    told = json.loads((_CONTENT / f"history.{language}.json").read_text(encoding="utf-8"))
    return Wording(language=language, **told)
