"""Mails of Outlook: compound files, whose attachments are looked into like files of an archive."""

import io
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code, Stop
from services.files.domain.content.limits import LARGEST_IN_MEMORY, LARGEST_OUTLOOK
from services.files.domain.content.ole import opened
from services.files.domain.content.reading import size_of
from services.files.domain.names import hazard

if TYPE_CHECKING:
    import olefile

_ATTACHMENT: Final = re.compile(r"(?i)__attach_version1\.0_")
_DATA: Final = "__substg1.0_37010102"
_OBJECT: Final = "__substg1.0_3701000d"
_NAMES: Final = ("__substg1.0_3707001f", "__substg1.0_3707001e", "__substg1.0_3704001f", "__substg1.0_3704001e")
_LONGEST_NAME: Final = 4096  # bytes
_WIDE: Final = "001f"
_EMBEDDED_MAIL: Final = "__properties_version1.0"


def check_outlook(file: BinaryIO, case: Case) -> None:
    if size_of(file) > LARGEST_OUTLOOK:
        raise Stop(Code.TOO_COSTLY, f"The mail has more than {LARGEST_OUTLOOK} bytes.")
    inner = case.entered(archive=True)
    with opened(file) as found:
        for path in found.listdir(streams=True, storages=True):
            if _ATTACHMENT.match(path[-1]):
                inner.budget.entry()
                _check_attachment(found, path, inner.within("An attachment"))


def _check_attachment(found: "olefile.OleFileIO[bytes]", path: list[str], case: Case) -> None:
    """A mail that is attached lies in the same compound file, so that its attachments are found anyway."""
    name = next((read for each in _NAMES if (read := _text(found, [*path, each]))), "")
    reason = hazard(name) if name else None
    if reason:
        case.add(Code.UNSAFE_NAME, f"The name {reason}.")
    if found.exists([*path, _DATA]):
        if found.get_size([*path, _DATA]) > LARGEST_IN_MEMORY:
            raise Stop(Code.TOO_COSTLY, "The mail has an attachment that is too large to be looked into.")
        data = found.openstream([*path, _DATA]).read()
        case.budget.spend(len(data))
        if data:
            case.look(io.BytesIO(data), name, case)
    elif found.exists([*path, _OBJECT]) and not found.exists([*path, _OBJECT, _EMBEDDED_MAIL]):
        case.add(Code.EMBEDDED_OBJECT, "The mail has an embedded object.")


def _text(found: "olefile.OleFileIO[bytes]", path: list[str]) -> str:
    if not found.exists(path) or found.get_size(path) > _LONGEST_NAME:
        return ""
    encoding = "utf-16-le" if path[-1].endswith(_WIDE) else "latin-1"
    read: bytes = found.openstream(path).read()
    return read.decode(encoding, "replace").rstrip("\0")
