"""What headers of a tar say about the entry after them: long names, and the sizes and names of pax."""

import re
import tarfile
from dataclasses import dataclass, field
from typing import Final

from services.files.domain.content.findings import Code, Stop

_LONG: Final = frozenset({tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK})
_PAX: Final = frozenset({tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE})
_LENGTH: Final = re.compile(rb"(\d{1,9}) ")


@dataclass(slots=True)
class Extended:
    """`everywhere` holds for all entries that follow, `here` for the next one."""

    everywhere: dict[str, str] = field(default_factory=dict)
    here: dict[str, str] = field(default_factory=dict)

    def takes(self, kind: bytes) -> bool:
        return kind in _LONG | _PAX

    def take(self, kind: bytes, data: bytes) -> None:
        if kind == tarfile.GNUTYPE_LONGNAME:
            self.here["path"] = data.removesuffix(b"\0").decode("utf-8", "replace")
        elif kind == tarfile.XGLTYPE:
            self.everywhere |= _records(data)
        elif kind in _PAX:
            self.here |= _records(data)

    def described(self, header: tarfile.TarInfo) -> tuple[str, bytes, int]:
        """Name, type and size in bytes of the data that follow."""
        known = self.everywhere | self.here
        if any(key.startswith("GNU.sparse") for key in known) or header.type == tarfile.GNUTYPE_SPARSE:
            raise Stop(Code.DECOMPRESSION_BOMB, "The archive has files with holes, which grow when unpacked.")
        told = known.get("size", str(header.size))
        if not re.fullmatch(r"[0-9]{1,18}", told):
            raise Stop(Code.MALFORMED, "A header of the archive tells an impossible size.")
        size = int(told)
        has_data = header.type not in {tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE}
        return known.get("path", header.name), header.type, size if has_data else 0

    def next(self) -> "Extended":
        return Extended(self.everywhere)


def _records(data: bytes) -> dict[str, str]:
    """Each is `length key=value` and a line end; the length counts all of it."""
    found: dict[str, str] = {}
    position = 0
    while position < len(data):
        length = _LENGTH.match(data, position)
        if not length or not length.end() - position < int(length[1]) <= len(data) - position:
            raise Stop(Code.MALFORMED, "A header of the archive cannot be read.")
        key, _, value = data[length.end() : position + int(length[1]) - 1].partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        position += int(length[1])
    return found
