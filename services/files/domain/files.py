"""What may be kept as a file: its kinds and states, and the rules for name, media type and size."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from chassis.errors import Invalid

LONGEST_NAME: Final = 255
LARGEST_IN_MEMORY: Final = 10 * 2**20
_UNSAFE: Final = re.compile(r"[/\\\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


class FileKind(StrEnum):
    MAIN_REPORT = "MAIN_REPORT"
    ATTACHMENT = "ATTACHMENT"
    EVIDENCE = "EVIDENCE"


class FileState(StrEnum):
    """`AVAILABLE`: its bytes are in the store and may be fetched by whoever may see it."""

    AVAILABLE = "AVAILABLE"


def name(value: str) -> str:
    """In Unicode's composed form. Raises Invalid for a path, for signs that hide or reorder others, and for length."""
    found = unicodedata.normalize("NFC", value).strip()
    if not 1 <= len(found) <= LONGEST_NAME:
        raise Invalid(f"A file name has 1 to {LONGEST_NAME} characters.", field=("name",))
    if found in {".", ".."} or _UNSAFE.search(found):
        raise Invalid("A file name has no slashes, control characters or signs of direction.", field=("name",))
    return found


def media_type(value: str) -> str:
    """In small letters. Raises Invalid when it is no `type/subtype`."""
    found = value.strip().lower()
    if not _MEDIA_TYPE.fullmatch(found):
        raise Invalid("A media type looks like application/pdf, without parameters.", field=("media_type",))
    return found


def size(value: int) -> int:
    """In bytes. Raises Invalid for what is empty or does not fit into memory."""
    if not 0 < value <= LARGEST_IN_MEMORY:
        raise Invalid(f"A file has 1 to {LARGEST_IN_MEMORY} bytes; this one has {value}.", field=("content",))
    return value
