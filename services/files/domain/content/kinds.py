"""The types that are let in: by which extensions, under which declared types, and what their bytes must look like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TEXT: Final = "text/plain"
XML: Final = "application/xml"
MAIL: Final = "message/rfc822"
OUTLOOK: Final = "application/vnd.ms-outlook"
PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
GZIP: Final = "application/gzip"
BZIP2: Final = "application/x-bzip2"
XZ: Final = "application/x-xz"
TAR: Final = "application/x-tar"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
GIF: Final = "image/gif"
WEBP: Final = "image/webp"
HEIC: Final = "image/heic"
PCAP: Final = "application/vnd.tcpdump.pcap"
PCAPNG: Final = "application/x-pcapng"
EVTX: Final = "application/x-ms-evtx"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
UNKNOWN: Final = "application/octet-stream"

IMAGES: Final = frozenset({PNG, JPEG, GIF, WEBP, HEIC})
OOXML: Final = frozenset({DOCX, XLSX, PPTX})
OPEN_DOCUMENT: Final = frozenset({ODT, ODS, ODP})


@dataclass(frozen=True, slots=True)
class Kind:
    """`declared`: what senders call it besides `media_type`. `looks`: what the bytes may be taken for."""

    media_type: str
    extensions: frozenset[str]
    declared: frozenset[str] = frozenset()
    looks: frozenset[str] = frozenset()

    def declared_as(self, media_type: str) -> bool:
        plain = media_type.partition(";")[0].strip().lower()
        return plain in {"", UNKNOWN, self.media_type} or plain in self.declared

    def looks_like(self, detected: str) -> bool:
        return detected == self.media_type or detected in self.looks


def _kind(media_type: str, extensions: str, declared: str = "", looks: str = "") -> Kind:
    return Kind(media_type, *(frozenset(words.split()) for words in (extensions, declared, looks)))


_AS_TEXT: Final = f"{TEXT} {MAIL}"  # headers of a mail, kept as a text, are a text

KINDS: Final = (
    _kind(TEXT, "txt text log", "text/x-log application/x-log", _AS_TEXT),
    _kind("text/markdown", "md markdown", "text/x-markdown text/plain", _AS_TEXT),
    _kind("text/csv", "csv", "text/plain application/csv text/comma-separated-values application/vnd.ms-excel", TEXT),
    _kind("text/tab-separated-values", "tsv", "text/plain", TEXT),
    _kind("application/json", "json jsonl ndjson", "text/json text/plain application/x-ndjson", TEXT),
    _kind(XML, "xml", "text/xml", TEXT),
    _kind(MAIL, "eml", "application/x-eml"),
    _kind(OUTLOOK, "msg", "application/x-msg"),
    _kind(PDF, "pdf", "application/x-pdf"),
    _kind(DOCX, "docx"),
    _kind(XLSX, "xlsx"),
    _kind(PPTX, "pptx"),
    _kind(ODT, "odt"),
    _kind(ODS, "ods"),
    _kind(ODP, "odp"),
    _kind(PNG, "png", "image/x-png image/apng"),
    _kind(JPEG, "jpg jpeg jfif", "image/jpg image/pjpeg"),
    _kind(GIF, "gif"),
    _kind(WEBP, "webp"),
    _kind(HEIC, "heic heif", "image/heif"),
    _kind(ZIP, "zip", "application/x-zip-compressed application/x-zip"),
    _kind(GZIP, "gz tgz", "application/x-gzip application/x-compressed-tar application/x-gtar"),
    _kind(BZIP2, "bz2 tbz2", "application/bzip2 application/x-bzip application/x-bzip-compressed-tar"),
    _kind(XZ, "xz txz", "application/xz application/x-xz-compressed-tar"),
    _kind(TAR, "tar", "application/tar"),
    _kind(PCAP, "pcap cap", "application/x-pcap application/pcap"),
    _kind(PCAPNG, "pcapng", "application/pcapng application/x-pcap application/vnd.tcpdump.pcap"),
    _kind(EVTX, "evtx"),
)

BY_EXTENSION: Final[Mapping[str, Kind]] = {extension: kind for kind in KINDS for extension in kind.extensions}
BY_TYPE: Final[Mapping[str, Kind]] = {kind.media_type: kind for kind in KINDS}
