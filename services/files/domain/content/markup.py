"""XML without what a browser or a parser would act on."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO, Final
from xml.parsers import expat

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_XML
from services.files.domain.content.reading import chunks

Opened = Callable[[str, Mapping[str, str]], None]
Read = Callable[[str], None]
SEPARATOR: Final = " "  # stands between the namespace and the name of an element
_DEEPEST: Final = 500
_RUN_BY_BROWSERS: Final = re.compile(
    r"(?i)(?:http://www\.w3\.org/(?:1999/xhtml|2000/svg|1999/XSL/Transform|TR/WD-xsl)) |.*(?:^| )(?:script|svg|html)$"
)
_INSTRUCTIONS: Final = frozenset({"xml-stylesheet"})


def check_xml(file: BinaryIO, _: Case) -> None:
    """For a file of its own: nothing in it may be run by a browser that opens it."""

    def opened(name: str, __: Mapping[str, str]) -> None:
        if _RUN_BY_BROWSERS.match(name):
            raise Stop(Code.ACTIVE_MARKUP, "The document has elements that browsers run or draw.")

    def instructed(target: str, __: str) -> None:
        if target.lower() in _INSTRUCTIONS:
            raise Stop(Code.ACTIVE_MARKUP, "The document asks browsers to transform it.")

    parse(chunks(file), opened, instructed=instructed)


def parse(
    data: Iterable[bytes],
    opened: Opened,
    *,
    read: Read | None = None,
    closed: Read | None = None,
    instructed: Callable[[str, str], None] | None = None,
) -> None:
    """Stops for entities, nesting, size and bad form; never fetches anything."""
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Stop(Code.MALFORMED, "The elements of a document lie too deep in one another.")
        opened(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if closed:
            closed(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = _refuse_entities
    parser.StartDoctypeDeclHandler = _refuse_outside
    if read:
        parser.CharacterDataHandler = read
    if instructed:
        parser.ProcessingInstructionHandler = instructed
    _feed(parser, data)


def _feed(parser: expat.XMLParserType, data: Iterable[bytes]) -> None:
    fed = 0
    try:
        for piece in data:
            fed += len(piece)
            if fed > LARGEST_XML:
                raise Stop(Code.TOO_COSTLY, f"The document has more than {LARGEST_XML} bytes.")
            parser.Parse(piece, False)  # noqa: FBT003 - as the standard library has it.
        parser.Parse(b"", True)  # noqa: FBT003 - likewise.
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Stop(Code.MALFORMED, "The document is no well-formed XML.") from error


def _refuse_entities(*_: object) -> None:
    raise Stop(Code.XML_ENTITIES, "The document defines entities, which can grow without end or fetch files.")


def _refuse_outside(_: str, system: str | None, public: str | None, __: bool) -> None:
    if system or public:
        raise Stop(Code.XML_ENTITIES, "The document has a definition that lies elsewhere.")
