"""The streams of a PDF, unpacked as far as a bounded look goes: objects may lie in them."""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code
from services.files.domain.content.limits import LARGEST_OBJECT_STREAM, MIB, MOST_OBJECT_STREAM_BYTES
from services.files.domain.content.pdf_names import name
from services.files.domain.content.reading import chunks

_DICTIONARY: Final = 4096  # bytes before a stream in which its dictionary is looked for
_STREAM: Final = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)?")
_OF_OBJECTS: Final = re.compile(name("ObjStm") + b"|" + name("First"))
_FILTERED: Final = re.compile(name("Filter"))
_INFLATE: Final = re.compile(name("FlateDecode"))
_ONLY_INFLATE: Final = re.compile(name("Filter") + rb"\s*\[?\s*" + name("FlateDecode") + rb"\s*(?:\]|/|>>|$)")
_OTHERS: Final = ("ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "Predictor")
_OTHER: Final = re.compile(b"|".join(name(each) for each in _OTHERS))


def unpacked(file: BinaryIO, case: Case) -> Iterator[bytes]:
    """Of each stream the first 8 MiB. One that says it holds objects must be unpacked whole."""
    spent = 0
    for start, dictionary in _streams(file):
        objects = bool(_OF_OBJECTS.search(dictionary) and _FILTERED.search(dictionary))
        if objects and not _is_plain(dictionary):
            case.add(Code.UNREADABLE, "Objects of the document are packed in a way that is not looked into.")
        made = _inflated(file, start)
        if objects and not made:
            case.add(Code.UNREADABLE, "Objects of the document cannot be unpacked.")
        if objects and len(made) > LARGEST_OBJECT_STREAM:
            case.add(Code.DECOMPRESSION_BOMB, "The objects of the document unpack to too much.")
        yield made
        spent += len(made)
        if spent > MOST_OBJECT_STREAM_BYTES:
            return


def _is_plain(dictionary: bytes) -> bool:
    """Whether it is deflated once and nothing else, as all programs do it."""
    once = len(_INFLATE.findall(dictionary)) == 1
    return once and _ONLY_INFLATE.search(dictionary) is not None and not _OTHER.search(dictionary)


def _streams(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Where the data of each begins, and the text before it, back to the beginning of its object."""
    kept, before, last = b"", 0, -1
    for piece in chunks(file, size=MIB):
        window = kept + piece
        for found in _STREAM.finditer(window):
            start = before - len(kept) + found.end()
            if start > last:
                last = start
                yield start, window[max(0, found.start() - _DICTIONARY) : found.start()].rpartition(b"obj")[2]
        before += len(piece)
        kept = window[-_DICTIONARY:]


def _inflated(file: BinaryIO, start: int) -> bytes:
    """At most one byte more than is allowed; empty when it is no such data."""
    inner, made = zlib.decompressobj(), bytearray()
    try:
        for data in chunks(file, start=start):
            made += inner.decompress(data, LARGEST_OBJECT_STREAM + 1 - len(made))
            if inner.eof or len(made) > LARGEST_OBJECT_STREAM:
                break
    except zlib.error:
        pass  # what came out before the mistake is looked at, as lenient readers do
    return bytes(made)
