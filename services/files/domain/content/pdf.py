"""PDF: what acts by itself, what is embedded, and whether it is something else besides."""

import re
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code
from services.files.domain.content.pdf_names import LONGEST, RULES
from services.files.domain.content.pdf_streams import unpacked
from services.files.domain.content.pictures import holds_zip
from services.files.domain.content.reading import head_of, search, tail_of

_SEARCHED_FOR_END: Final = 1024  # bytes in which readers look for it
_HEAD: Final = 1024
_PAGE: Final = re.compile(rb"(?i)<(?:html|script|svg|!doctype|iframe)[\s/>]")


def check_pdf(file: BinaryIO, case: Case) -> None:
    if b"%%EOF" not in tail_of(file, _SEARCHED_FOR_END):
        case.add(Code.TRUNCATED, "The document ends before its end.")
    if holds_zip(file):
        case.add(Code.POLYGLOT, "The file is an archive too.")
    if _PAGE.search(head_of(file, _HEAD)):
        case.add(Code.POLYGLOT, "The file is a web page too.")
    _apply(lambda pattern: any(search(file, pattern, overlap=LONGEST)), case)
    for data in unpacked(file, case):
        _apply(partial(_found_in, data), case)


def _found_in(data: bytes, pattern: re.Pattern[bytes]) -> bool:
    return pattern.search(data) is not None


def _apply(holds: Callable[[re.Pattern[bytes]], bool], case: Case) -> None:
    for pattern, code, detail in RULES:
        if holds(pattern):
            case.add(code, detail)
