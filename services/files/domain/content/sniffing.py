"""Telling what bytes are by how they begin: the types that are let in exactly, the others as well as can be."""

import re
from typing import BinaryIO, Final

from services.files.domain.content import kinds
from services.files.domain.content.browsing import markup_at_start
from services.files.domain.content.reading import head_of

_HEAD: Final = 4096
_FORMS: Final = (
    (re.compile(rb"(?s)RIFF....WEBPVP8[ LX]"), kinds.WEBP),
    (re.compile(rb"(?s)....ftyp(?:heic|heix|heim|heis|mif1)"), kinds.HEIC),
    (re.compile(rb"(?s).{257}ustar"), kinds.TAR),
)
SIGNATURES: Final = (
    (b"%PDF-", kinds.PDF),
    (b"\x89PNG\r\n\x1a\n", kinds.PNG),
    (b"\xff\xd8\xff", kinds.JPEG),
    (b"GIF87a", kinds.GIF),
    (b"GIF89a", kinds.GIF),
    (b"PK\x03\x04", kinds.ZIP),
    (b"PK\x05\x06", kinds.ZIP),
    (b"\x1f\x8b\x08", kinds.GZIP),
    (b"BZh", kinds.BZIP2),
    (b"\xfd7zXZ\x00", kinds.XZ),
    (b"\xd4\xc3\xb2\xa1", kinds.PCAP),
    (b"\xa1\xb2\xc3\xd4", kinds.PCAP),
    (b"\x4d\x3c\xb2\xa1", kinds.PCAP),
    (b"\xa1\xb2\x3c\x4d", kinds.PCAP),
    (b"\x0a\x0d\x0d\x0a", kinds.PCAPNG),
    (b"ElfFile\x00", kinds.EVTX),
)
OLE: Final = "application/x-ole-storage"
# What is often tried, by the names that people know; a library names the rest.
REFUSED: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\xfe\xed\xfa", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"CWS", "application/x-shockwave-flash"),
    (b"FWS", "application/x-shockwave-flash"),
    (b"ZWS", "application/x-shockwave-flash"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"{\\rt", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"ITSF", "application/vnd.ms-htmlhelp"),
    (b"#!", "text/x-script"),
    (b"<?php", "application/x-httpd-php"),
)
_MAIL_FIELD: Final = re.compile(rb"(?i)(?:[!-9;-~]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){2}")
_OF_MAIL: Final = re.compile(rb"(?im)^(?:received|from|date|message-id|return-path|delivered-to|mime-version|x-\S+):")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def detected(file: BinaryIO) -> str:
    """The media type of the outermost form; archives are not looked into here."""
    head = head_of(file, _HEAD)
    text = _is_text(head)
    for begins, media_type in (*SIGNATURES, *REFUSED):
        if head.startswith(begins) and not (text and begins.isalpha()):  # a text may begin with the word "MZ"
            return media_type
    for form, media_type in _FORMS:
        if form.match(head):
            return media_type
    return _text(head) if text else _named(head)


def _is_text(head: bytes) -> bool:
    return head.startswith(WIDE_MARKS) or not _CONTROLS.search(head)


def _text(head: bytes) -> str:
    markup = markup_at_start(head)
    if markup:
        return markup
    if _MAIL_FIELD.match(head) and _OF_MAIL.search(head):
        return kinds.MAIL
    return kinds.TEXT


def _named(head: bytes) -> str:
    """By a library that knows thousands, too many for letting anything in by its word."""
    import puremagic  # costs 20 ms, and is needed for what will be refused only

    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return kinds.UNKNOWN
    known = {str(guess.mime_type) for guess in guesses[:1] if guess.mime_type}
    return next(iter(known - set(kinds.BY_TYPE)), kinds.UNKNOWN)
