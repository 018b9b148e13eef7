"""Plain texts: nothing but text, and no spreadsheet commands in tables."""

import codecs
import re
from collections.abc import Iterable
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.reading import chunks, head_of
from services.files.domain.content.sniffing import WIDE_MARKS

# Tab, line ends, form feed and escape (colours in logs) are let in.
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_WIDE_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_COMMAND: Final = re.compile(rb"""(?m)(?:^|[,;\t|"'])\s{0,20}[=+@-][^\r\n,;|]{0,200}\|[^\r\n!]{0,200}!""")
_JSON_BEGINS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{\"\-0-9tfn]")


def check_text(file: BinaryIO, _: Case) -> None:
    check_text_of(chunks(file, size=2**20))


def check_text_of(pieces: Iterable[bytes]) -> None:
    """The same for what is not kept as a whole."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, piece in enumerate(pieces):
        if number == 0 and piece.startswith(WIDE_MARKS):
            decoder = codecs.getincrementaldecoder("utf-16")("replace")
        found = _WIDE_CONTROLS.search(decoder.decode(piece)) if decoder else _CONTROLS.search(piece)
        if found:
            raise Stop(Code.TYPE_MISMATCH, "It is called a text, and holds bytes that no text has.")


def check_table(file: BinaryIO, case: Case) -> None:
    check_text(file, case)
    kept = b""
    for piece in chunks(file, size=2**20):
        window = kept + piece
        if b"|" in window and _COMMAND.search(window):
            case.add(Code.DDE, "A cell of the table starts another program when it is opened.")
            return
        kept = piece[-512:]


def check_json(file: BinaryIO, case: Case) -> None:
    check_text(file, case)
    if not _JSON_BEGINS.match(head_of(file, 4096)):
        case.add(Code.MALFORMED, "The text is no JSON.")
