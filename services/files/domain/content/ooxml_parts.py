"""The parts of an office document that say what is fetched, embedded or run."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code
from services.files.domain.content.markup import SEPARATOR, parse

_EMBEDS: Final = frozenset({"afchunk", "oleobject", "control", "activexcontrolbinary"})
_MACROS: Final = frozenset({"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"})
# A path on the reader's own machine, as templates and linked workbooks leave it behind.
_LOCAL: Final = re.compile(r"(?i)(?:file:/{0,3})?[a-z]:[\\/].*|[^:\\/]+(?:[\\/][^:\\/]+)*", re.DOTALL)
_CODES: Final = frozenset({"instrText", "delInstrText"})
_COMMANDS: Final = re.compile(r"""(?i)DDE(?:AUTO)?["\s\\]|QUOTE(?:\s+\d+){4}""")
_INCLUDES: Final = re.compile(r"""(?i)INCLUDE(?:TEXT|PICTURE)\s+["\s]*(?:https?:|ftp:|[\\/]{2})""")


def check_relationships(data: Iterable[bytes], case: Case) -> None:
    def opened(_: str, given: Mapping[str, str]) -> None:
        kind = given.get("Type", "").rpartition("/")[2].lower()
        if given.get("TargetMode", "").lower() == "external":
            _check_target(kind, given.get("Target", ""), case)
        elif kind in _EMBEDS:
            case.add(Code.EMBEDDED_OBJECT, "The document has embedded objects.")
        if kind in _MACROS:
            case.add(Code.MACRO, "The document has macros.")

    parse(data, opened)


def _check_target(kind: str, target: str, case: Case) -> None:
    """A link that somebody follows is no reference; what the program fetches by itself is."""
    if kind in _EMBEDS or (kind != "hyperlink" and not _LOCAL.fullmatch(target)):
        case.add(Code.EXTERNAL_REFERENCE, "The document fetches something from elsewhere when it is opened.")


def check_fields(data: Iterable[bytes], case: Case) -> None:
    """Field codes of texts, which may be cut into pieces; fields are told apart."""
    codes = _Codes()
    parse(data, codes.opened, read=codes.read, closed=codes.closed)
    written = "".join(codes.written) + "\n"
    if _COMMANDS.search(written):
        case.add(Code.DDE, "A field of the document starts another program.")
    if _INCLUDES.search(written):
        case.add(Code.EXTERNAL_REFERENCE, "A field of the document fetches something from elsewhere.")


class _Codes:
    """Collects them while a text is parsed."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._reading = False

    def opened(self, name: str, given: Mapping[str, str]) -> None:
        local = name.rpartition(SEPARATOR)[2]
        self._reading = local in _CODES
        if local == "fldChar" and "begin" in given.values():
            self.written.append("\n")
        if local == "fldSimple":
            self.written.extend(("\n", *given.values(), "\n"))

    def read(self, text: str) -> None:
        if self._reading:
            self.written.append(text)

    def closed(self, _: str) -> None:
        self._reading = False


def check_links(data: Iterable[bytes], case: Case) -> None:
    def opened(name: str, _: Mapping[str, str]) -> None:
        if name.rpartition(SEPARATOR)[2] == "ddeLink":
            case.add(Code.DDE, "The document starts another program.")

    parse(data, opened)
