"""What may be kept as a file: its kinds and states, and the rules for name, media type and size."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from chassis.errors import Invalid
from services.files.domain.names import LONGEST_NAME, hazard

LARGEST_IN_MEMORY: Final = 10 * 2**20
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


class FileKind(StrEnum):
    MAIN_REPORT = "MAIN_REPORT"
    ATTACHMENT = "ATTACHMENT"
    EVIDENCE = "EVIDENCE"


class FileState(StrEnum):
    """`AVAILABLE`: its bytes are in the store and may be fetched by whoever may see it."""

    AVAILABLE = "AVAILABLE"


def name(value: str) -> str:
    """In Unicode's composed form. Raises Invalid for length, and for what `names` tells to be unsafe, as paths are."""
    found = unicodedata.normalize("NFC", value).strip()
    if not 1 <= len(found) <= LONGEST_NAME:
        raise Invalid(f"A file name has 1 to {LONGEST_NAME} characters.", field=("name",))
    reason = hazard(found)
    if reason:
        raise Invalid(f"A file name must be safe on every system; this one {reason}.", field=("name",))
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
