"""What may be kept as a file: its kinds and states, and the rules for name, media type and size."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from chassis.errors import Invalid
from services.files.domain.names import LONGEST_NAME, hazard

PREVIEW_TYPE: Final = "image/webp"
LONGEST_DESCRIPTION: Final = 2_000
LONGEST_REASON: Final = 500
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


class FileKind(StrEnum):
    MAIN_REPORT = "MAIN_REPORT"
    ATTACHMENT = "ATTACHMENT"
    EVIDENCE = "EVIDENCE"


class FileState(StrEnum):
    """Only the bytes of what is `AVAILABLE` leave the store; `QUARANTINED` is looked at again, `REFUSED` is not."""

    CHECKING = "CHECKING"
    AVAILABLE = "AVAILABLE"
    QUARANTINED = "QUARANTINED"
    REFUSED = "REFUSED"


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST)."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER_STRICT"
    RED = "RED"


def key(file_id: UUID) -> str:
    """Where its bytes are in the store; they are written there once."""
    return str(file_id)


def preview_key(file_id: UUID) -> str:
    return f"{file_id}-preview"


def address(file_id: UUID) -> str:
    """The link to a file, which the gateway answers."""
    return f"/files/{file_id}"


def preview_address(file_id: UUID) -> str:
    return f"/files/{file_id}/preview"


class Reportable(Protocol):
    kind: Any
    state: Any
    replaced_at: Any


R = TypeVar("R", bound=Reportable)


def main_report(present: Sequence[R]) -> R | None:
    """Of an incident's files, oldest first: the main report that stands, or else the newest on its way."""
    reports = [file for file in present if file.kind == FileKind.MAIN_REPORT and file.replaced_at is None]
    available = [file for file in reports if file.state == FileState.AVAILABLE]
    return next(iter(available), reports[-1] if reports else None)


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


def size(value: int, largest: int) -> int:
    """In bytes. Raises Invalid for what is empty or larger than `largest`."""
    if not 0 < value <= largest:
        raise Invalid(f"A file has 1 to {largest} bytes; this one has {value}.", field=("size",))
    return value


def sha256(value: str | None) -> str | None:
    """In small letters. Raises Invalid when it is no digest in hexadecimal."""
    found = None if value is None else value.strip().lower()
    if found is not None and not _SHA256.fullmatch(found):
        raise Invalid("A SHA-256 digest has 64 hexadecimal digits.", field=("sha256",))
    return found


def description(value: str) -> str:
    return _text(value, LONGEST_DESCRIPTION, "A description", "description")


def reason(value: str) -> str:
    """Why a file is deleted. Raises Invalid when nothing is said."""
    found = _text(value, LONGEST_REASON, "A reason", "reason")
    if not found:
        raise Invalid("Say why it is deleted.", field=("reason",))
    return found


def _text(value: str, longest: int, what: str, field: str) -> str:
    found = unicodedata.normalize("NFC", value).strip()
    if len(found) > longest:
        raise Invalid(f"{what} has up to {longest} characters; this one has {len(found)}.", field=(field,))
    if "\x00" in found:
        raise Invalid(f"{what} has no NUL characters.", field=(field,))
    return found
