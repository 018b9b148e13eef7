"""Telling the type of a file, also of those that lie in an archive or a compound file of their own."""

import zipfile
import zlib
from typing import BinaryIO, Final

from services.files.domain.content import kinds
from services.files.domain.content.findings import Stop
from services.files.domain.content.limits import MIB
from services.files.domain.content.ole import ole_type
from services.files.domain.content.ooxml import TYPES_PART, ooxml_type
from services.files.domain.content.opendocument import TYPE_PART
from services.files.domain.content.sniffing import OLE, detected
from services.files.domain.content.zip_directory import listed

JAVA: Final = "application/java-archive"
ANDROID: Final = "application/vnd.android.package-archive"
OTHER_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"
_PLAIN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # the library unpacks others without a bound


def identified(file: BinaryIO) -> str:
    """A media type. What cannot be read well enough is called by its outermost form."""
    found = detected(file)
    try:
        if found == kinds.ZIP:
            return _zip_type(file)
        if found == OLE:
            return ole_type(file)
    except Stop:
        return found  # the look into it will say why
    return found


def _zip_type(file: BinaryIO) -> str:
    by_name = {each.orig_filename: each for each in listed(file)[0]}
    if TYPES_PART in by_name:
        return ooxml_type(_read(file, by_name[TYPES_PART]))
    if TYPE_PART in by_name:
        told = _read(file, by_name[TYPE_PART]).decode("ascii", "replace").strip()
        if told in kinds.OPEN_DOCUMENT:
            return told
        if told.startswith(OTHER_OPEN_DOCUMENT):
            return OTHER_OPEN_DOCUMENT
    if "META-INF/MANIFEST.MF" in by_name:
        return JAVA
    return ANDROID if "AndroidManifest.xml" in by_name else kinds.ZIP


def _read(file: BinaryIO, entry: zipfile.ZipInfo) -> bytes:
    """At most a mebibyte; empty when it cannot be read."""
    if entry.compress_type not in _PLAIN:
        return b""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(entry) as part:
            return part.read(MIB)
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return b""
