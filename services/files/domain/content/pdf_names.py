"""The names by which a PDF tells what acts by itself."""

import re
from typing import Final

from services.files.domain.content.findings import Code

_REFERENCE: Final = rb"\s*(?:\d+\s+\d+\s+R|[\[<(])"


def name(written: str) -> bytes:
    """A pattern of it: any sign of a name may be written as `#` and its number."""
    signs = (f"(?:{re.escape(sign)}|#{ord(sign):02x}|#{ord(sign):02X})" for sign in written)
    return b"/" + "".join(signs).encode() + rb"(?![A-Za-z0-9#])"


# Long enough not to come about by chance in compressed data, so that no stream has to be told from objects.
_NAMES: Final = (
    (name("JavaScript"), Code.SCRIPT, "The document has scripts."),
    (name("Launch"), Code.LAUNCH, "The document starts other programs."),
    (name("ImportData"), Code.LAUNCH, "The document reads other files."),
    (name("GoToE"), Code.LAUNCH, "The document opens files that are embedded in it."),
    (name("RichMedia"), Code.EMBEDDED_OBJECT, "The document has films or programs embedded."),
    (name("EmbeddedFile"), Code.EMBEDDED_OBJECT, "The document has files embedded."),
    (name("EmbeddedFiles"), Code.EMBEDDED_OBJECT, "The document has files embedded."),
    (name("FileAttachment"), Code.EMBEDDED_OBJECT, "The document has files attached."),
    (name("EF") + _REFERENCE, Code.EMBEDDED_OBJECT, "The document has files embedded."),
    (name("XFA") + _REFERENCE, Code.SCRIPT, "The document has a form of the kind that runs programs."),
    (name("Encrypt") + _REFERENCE, Code.ENCRYPTED, "The document is encrypted and cannot be looked into."),
)
RULES: Final = tuple((re.compile(pattern), code, detail) for pattern, code, detail in _NAMES)
LONGEST: Final = 128  # bytes of one match
