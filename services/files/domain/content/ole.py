"""Compound files (OLE): what they are and whether macros lie in them, told by the names of their streams."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import olefile

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.kinds import OUTLOOK
from services.files.domain.content.sniffing import OLE

_MACROS: Final = frozenset({"vba", "macros", "_vba_project", "_vba_project_cur", "vbaproject"})
_ENCRYPTED: Final = frozenset({"encryptedpackage", "encryptioninfo"})
_TYPES: Final = (
    ("__properties_version1.0", OUTLOOK),
    ("worddocument", "application/msword"),
    ("workbook", "application/vnd.ms-excel"),
    ("book", "application/vnd.ms-excel"),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
)


@contextmanager
def opened(file: BinaryIO) -> Iterator["olefile.OleFileIO[bytes]"]:
    """Stops when the file is no compound file after all."""
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as found:
            yield found
    except (OSError, ValueError, IndexError, TypeError, AttributeError, KeyError, EOFError, RecursionError) as error:
        # The library promises OSError for bad files, and raises the others for worse ones.
        raise Stop(Code.MALFORMED, "The compound file cannot be read.") from error


def ole_type(file: BinaryIO) -> str:
    with opened(file) as found:
        names = {path[0].lower() for path in found.listdir(streams=True, storages=True) if len(path) == 1}
    return next((media_type for name, media_type in _TYPES if name in names), OLE)


def check_ole(file: BinaryIO, case: Case) -> None:
    """For compound files that are not let in anyway: what more there is to tell."""
    with opened(file) as found:
        names = {name.lower() for path in found.listdir(streams=True, storages=True) for name in path}
    if names & _MACROS:
        case.add(Code.MACRO, "The document has macros.")
    if names & _ENCRYPTED:
        case.add(Code.ENCRYPTED, "The document is encrypted and cannot be looked into.")
