"""The languages whose words PostgreSQL knows the stems of, by the first part of their BCP 47 tags."""

from collections.abc import Iterable
from typing import Final

SIMPLE: Final = "simple"
_ALWAYS: Final = ("english", "german", "french", "spanish", "russian", "arabic")
CONFIGURATIONS: Final = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "ga": "irish", "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip


def configurations(tags: Iterable[str]) -> list[str]:
    """In which languages a search is read: those of the reader first, then the most usual ones, each once.

    Without stems comes last, for languages that have none and for words as they were typed.
    """
    own = [
        CONFIGURATIONS[tag.partition("-")[0].lower()] for tag in tags if tag.partition("-")[0].lower() in CONFIGURATIONS
    ]
    return [*dict.fromkeys([*own[:3], *_ALWAYS]), SIMPLE]
