"""Looking at a file: its name, what it is called, what it is, and what is in it."""

import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from services.files.domain import names
from services.files.domain.content import kinds
from services.files.domain.content.agreeing import is_allowed, kind_of
from services.files.domain.content.case import Budget, Case
from services.files.domain.content.checks import check
from services.files.domain.content.companions import is_companion
from services.files.domain.content.findings import Code, Findings, Inspection, Stop
from services.files.domain.content.identifying import identified
from services.files.domain.content.limits import LARGEST_IN_MEMORY
from services.files.domain.content.reading import head_of, size_of
from services.files.domain.content.sniffing import detected
from services.files.domain.content.texts import check_text_of

_EMPTY: Final = "application/x-empty"


def inspect(path: Path, name: str, media_type: str) -> Inspection:
    """`media_type` is the declared one; empty and application/octet-stream declare nothing. Raises OSError."""
    with path.open("rb") as file:
        return inspect_file(file, name, media_type)


def inspect_file(file: BinaryIO, name: str, media_type: str) -> Inspection:
    """The same for an open file that can be read at any place."""
    findings = Findings()
    case = Case(findings=findings, budget=Budget(), look=_look_inside, stream=_stream_inside)
    reason = names.hazard(name)
    if reason:
        case.add(Code.UNSAFE_NAME, f"The name of the file {reason}.")
    detected = _inspect(file, name, media_type, case)
    return Inspection(detected, findings.all())


def _inspect(file: BinaryIO, name: str, declared: str, case: Case, *, inside: bool = False) -> str:
    """The type, whatever is wrong with it."""
    if size_of(file) == 0:
        if not inside:
            case.add(Code.EMPTY, "The file is empty.")
        return _EMPTY
    found = identified(file)
    kind = kind_of(name, found, inside=inside)
    if not is_allowed(found, kind, declared, case):
        kind = None
    media_type = kind.media_type if kind else found
    try:
        check(file, name, media_type, case)
    except Stop as stop:
        case.add(stop.finding.code, stop.finding.detail)
    except (MemoryError, RecursionError):
        case.add(Code.TOO_COSTLY, "Looking into it takes too much memory.")
    return media_type


def _look_inside(file: BinaryIO, name: str, case: Case) -> None:
    last = name.replace("\\", "/").rpartition("/")[2]
    if not is_companion(last, head_of(file, 16), size_of(file)):
        _inspect(file, last, "", case, inside=True)


def _stream_inside(pieces: Iterator[bytes], name: str, case: Case) -> None:
    kept = io.BytesIO()
    for piece in pieces:
        kept.write(piece)
        if kept.tell() > LARGEST_IN_MEMORY:
            _check_large(chain([kept.getvalue()], pieces), detected(kept), name)
            return
    _look_inside(kept, name, case)


def _check_large(pieces: Iterator[bytes], found: str, name: str) -> None:
    """Of what is too large to be kept, texts are looked through as they pass by."""
    kind = kinds.BY_EXTENSION.get(names.extension(name), kinds.BY_TYPE[kinds.TEXT])
    if found != kinds.TEXT or not kind.looks_like(found) or kind.media_type == kinds.XML:
        raise Stop(Code.TOO_COSTLY, f"It holds a file of more than {LARGEST_IN_MEMORY} bytes that is no plain text.")
    check_text_of(pieces)
