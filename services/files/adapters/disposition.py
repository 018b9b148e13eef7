"""The header Content-Disposition (RFC 6266) for a file name in any script, which no name can break out of."""

import re
import unicodedata
from typing import Final, Literal
from urllib.parse import quote

_LONGEST: Final = 255  # bytes of UTF-8: more, file systems do not take
_LONGEST_SUFFIX: Final = 32
_NAMELESS: Final = "file"
# Control characters, halves of characters, line ends, and the signs that show a name otherwise than it is.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_PLACE: Final = re.compile(r'[/\\:*?"<>|]')  # part of a path on some system, or refused there
_UNQUOTED: Final = re.compile(r"[^A-Za-z0-9 !#$&'()+,.;=@^_`{}~\[\]-]")  # % too: some readers decode it
_ATTRIBUTE: Final = "!#$&+-.^_`|~"  # what RFC 8187 leaves as it is, beside letters and digits


def content_disposition(name: str, kind: Literal["attachment", "inline"] = "attachment") -> str:
    """`name` twice: in ASCII for readers of old, and in full as `filename*`."""
    safe = file_name(name)
    return f"{kind}; filename=\"{_ascii(safe)}\"; filename*=UTF-8''{quote(safe, safe=_ATTRIBUTE)}"


def file_name(name: str) -> str:
    """The same name for a file in a folder, on any system."""
    return _shortened(_safe(name))


def _safe(name: str) -> str:
    """A name that is one file in one folder, shown as it is."""
    found = _PLACE.sub("_", _HIDDEN.sub("", unicodedata.normalize("NFC", name)))
    return found.strip().rstrip(". ") or _NAMELESS


def _shortened(name: str) -> str:
    """Cut before the suffix, between characters."""
    if len(name.encode()) <= _LONGEST:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix.encode()) > _LONGEST_SUFFIX:
        stem, suffix = name, ""
    room = _LONGEST - len((dot + suffix).encode() if suffix else b"")
    cut = stem.encode()[:room].decode(errors="ignore").rstrip()
    return f"{cut}.{suffix}" if suffix else cut


def _ascii(name: str) -> str:
    """As near as ASCII comes: letters without their accents, and `_` for what has no ASCII."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return _UNQUOTED.sub("_", plain)
