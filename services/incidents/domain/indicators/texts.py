"""Indicators that are words: with or without regard to case."""

from unicodedata import normalize


def plain(text: str) -> str:
    """In lower case, each run of space as one space."""
    return normalize("NFC", " ".join(text.split()).lower())


def exact(text: str) -> str:
    """As typed, where case tells different things apart."""
    return normalize("NFC", text.strip())
