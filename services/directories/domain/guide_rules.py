"""What may be written into the guide: a rule gives its value back as it is stored, or raises ValueError."""

import re
from typing import Final

from services.directories.domain import rules

LONGEST_SLUG: Final = 100
LONGEST_TEXT: Final = 100_000  # bytes of UTF-8
LONGEST_NOTE: Final = 500
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALF: Final = re.compile(r"[\ud800-\udfff]")


def slug(value: str) -> str:
    if len(value) > LONGEST_SLUG or not _SLUG.fullmatch(value):
        raise ValueError(
            f"A slug has up to {LONGEST_SLUG} small letters and digits, in parts joined by single hyphens, "
            "for example who-is-responsible."
        )
    return value


def title(value: str | None) -> str:
    if value is not None and _HALF.search(value):
        raise ValueError("A title must be valid Unicode.")
    try:
        return rules.name(value)
    except ValueError as error:
        raise ValueError(f"A title has 1 to {rules.LONGEST_NAME} characters.") from error


def text(value: str | None) -> str:
    found = (value or "").replace("\r\n", "\n").strip("\n")
    if _CONTROL.search(found) or _HALF.search(found):
        raise ValueError("A text is Markdown without control characters.")
    size = len(found.encode())
    if size > LONGEST_TEXT:
        raise ValueError(f"A text has at most {LONGEST_TEXT} bytes in UTF-8; this one has {size}.")
    return found


def note(value: str | None) -> str | None:
    found = (value or "").strip()
    if len(found) > LONGEST_NOTE or _CONTROL.search(found) or _HALF.search(found):
        raise ValueError(f"A note has at most {LONGEST_NOTE} characters.")
    return found or None
