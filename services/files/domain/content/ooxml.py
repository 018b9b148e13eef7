"""Office documents of the XML kind: macros, remote templates, embedded objects and commands, wherever they lie."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Final

from services.files.domain.content import kinds
from services.files.domain.content.case import Case
from services.files.domain.content.embedded import check_embedded, is_container
from services.files.domain.content.findings import Code
from services.files.domain.content.limits import MOST_OFFICE_PARTS
from services.files.domain.content.ooxml_parts import check_fields, check_links, check_relationships
from services.files.domain.content.zip_directory import Entry, entries
from services.files.domain.content.zips import content

TYPES_PART: Final = "[Content_Types].xml"
_MAIN: Final = {
    b"wordprocessingml.document.main+xml": kinds.DOCX,
    b"spreadsheetml.sheet.main+xml": kinds.XLSX,
    b"presentationml.presentation.main+xml": kinds.PPTX,
}
OTHER: Final = "application/vnd.openxmlformats-officedocument"  # templates, macro-enabled and binary ones
_MACROS: Final = re.compile(rb"(?i)macroEnabled|vbaProject|macrosheet")
_MACRO_PARTS: Final = re.compile(
    r"(?:^|/)(?:vbaproject[^/]*\.bin|vbadata\.xml|(?:intl)?macrosheets/.*|dialogsheets/.*)$"
)
_OBJECT_PARTS: Final = re.compile(r"(?:^|/)activex/")
_FIELDS: Final = re.compile(r"^word/[^/]+\.xml$")
_LINKS: Final = re.compile(r"^xl/externallinks/[^/]+\.xml$")
_MARKUP: Final = re.compile(r"\.(?:xml|rels|vml)$")
_DEFINITION: Final = re.compile(rb"(?i)<!(?:doctype|entity)")
_COMMAND: Final = re.compile(rb"<f\b[^>]{0,200}>[^<|]{0,200}\|[^<!]{0,200}!")


def ooxml_type(types: bytes) -> str:
    """By the part that lists the types of all others."""
    if _MACROS.search(types):
        return OTHER
    return next((media_type for main, media_type in _MAIN.items() if main in types), OTHER)


def check_ooxml(file: BinaryIO, case: Case) -> None:
    inner = case.entered(archive=False)
    for entry in entries(file, case, MOST_OFFICE_PARTS):
        name = entry.name.lower()
        if entry.encrypted:
            case.add(Code.ENCRYPTED, "The document has encrypted parts that cannot be looked into.")
            continue
        if _MACRO_PARTS.search(name):
            case.add(Code.MACRO, "The document has macros.")
        if _OBJECT_PARTS.search(name):
            case.add(Code.EMBEDDED_OBJECT, "The document has embedded controls.")
        _check_part(name, file, entry, inner)


def _check_part(name: str, file: BinaryIO, entry: Entry, case: Case) -> None:
    data = content(file, entry, case)
    first = next(data, b"")
    pieces = chain([first], data)
    if is_container(first):
        check_embedded(pieces, entry.name, case)
    elif name.endswith(".rels"):
        check_relationships(pieces, case)
    elif name == TYPES_PART.lower():
        _check_types(pieces, case)
    elif _FIELDS.search(name):
        check_fields(pieces, case)
    elif _LINKS.search(name):
        check_links(pieces, case)
    elif _MARKUP.search(name):
        _check_markup(pieces, case)
    for _ in pieces:  # so that sizes and checksums are compared
        pass


def _check_types(pieces: Iterable[bytes], case: Case) -> None:
    if _MACROS.search(b"".join(pieces)):
        case.add(Code.MACRO, "The document says that it has macros.")


def _check_markup(pieces: Iterator[bytes], case: Case) -> None:
    """Sheets may be huge: they are searched, not parsed."""
    kept = b""
    for piece in pieces:
        window = (kept + piece).replace(b"\0", b"")  # so that wide characters hide nothing
        if _DEFINITION.search(window):
            case.add(Code.XML_ENTITIES, "A part of the document defines entities.")
        if _COMMAND.search(window):
            case.add(Code.DDE, "A formula of the document starts another program.")
        kept = piece[-1024:]
