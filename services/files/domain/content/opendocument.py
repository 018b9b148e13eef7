"""OpenDocument texts, sheets and presentations: scripts, objects, and what is fetched from elsewhere."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.embedded import check_embedded, is_container
from services.files.domain.content.findings import Code
from services.files.domain.content.limits import MOST_OFFICE_PARTS
from services.files.domain.content.markup import SEPARATOR, parse
from services.files.domain.content.zip_directory import Entry, entries
from services.files.domain.content.zips import content

TYPE_PART: Final = "mimetype"
_MACRO_PARTS: Final = re.compile(r"^(?:basic|scripts|dialogs)/.")
_ELSEWHERE: Final = re.compile(r"(?i)[a-z][a-z0-9+.-]*:|//|\\\\|\.\./|/")
_FETCHES: Final = frozenset(
    {"image", "fill-image", "object", "object-ole", "plugin", "applet", "floating-frame", "audio", "video", "script"}
    | {"section-source", "table-source", "cell-range-source"}
)
_RUNS: Final = frozenset({"plugin", "applet", "object-ole"})
_DDE: Final = frozenset({"dde-source", "dde-link", "dde-connection-decl", "dde-connection"})
_LINK: Final = "http://www.w3.org/1999/xlink href"


def check_opendocument(file: BinaryIO, case: Case) -> None:
    inner = case.entered(archive=False)
    for entry in entries(file, case, MOST_OFFICE_PARTS):
        if entry.encrypted:
            case.add(Code.ENCRYPTED, "The document has encrypted parts that cannot be looked into.")
        elif not entry.is_folder:
            _check_part(file, entry, inner)


def _check_part(file: BinaryIO, entry: Entry, case: Case) -> None:
    name = entry.name.lower()
    if _MACRO_PARTS.match(name):
        case.add(Code.MACRO, "The document has macros.")
    data = content(file, entry, case)
    first = next(data, b"")
    pieces = chain([first], data)
    if is_container(first):
        check_embedded(pieces, entry.name, case)
    elif first and name.endswith(".xml"):  # LibreOffice keeps empty ones
        _check_markup(pieces, case)
    for _ in pieces:  # so that sizes and checksums are compared
        pass


def _check_markup(pieces: Iterable[bytes], case: Case) -> None:
    def opened(name: str, given: Mapping[str, str]) -> None:
        local = name.rpartition(SEPARATOR)[2]
        if local == "encryption-data":
            case.add(Code.ENCRYPTED, "The document is encrypted and cannot be looked into.")
        if local == "event-listener" and "script" in name:
            case.add(Code.MACRO, "The document runs macros on events.")
        if local in _DDE:
            case.add(Code.DDE, "The document starts another program.")
        if local in _RUNS:
            case.add(Code.EMBEDDED_OBJECT, "The document has embedded objects.")
        if local in _FETCHES and _ELSEWHERE.match(given.get(_LINK, "")):
            case.add(Code.EXTERNAL_REFERENCE, "The document fetches something from elsewhere when it is opened.")

    parse(pieces, opened)
