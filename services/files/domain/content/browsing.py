"""What browsers would take for a page, whatever it is called."""

import re
from typing import BinaryIO, Final

from services.files.domain.content import kinds
from services.files.domain.content.reading import search

HTML: Final = "text/html"
SVG: Final = "image/svg+xml"
_BROWSERS_READ: Final = 1445  # bytes at the beginning, by the living standard of sniffing
_OLD_BROWSERS_READ: Final = 256
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TAGS: Final = (
    "!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|"
    "svg|math|img|link|meta|object|embed|form|base|template|input|video|audio|marquee"
)
_PAGE: Final = re.compile(rf"(?i)\s*<(?:{_TAGS})[\s/>]|\s*<!--")
_BEFORE_DRAWING: Final = (("<?xml", ">"), ("<!--", "-->"), ("<!doctype", ">"))
_DRAWING: Final = re.compile(r"(?i)<(?:\w{1,40}:)?svg[\s/>]")
_XML: Final = re.compile(r"\s*<\?xml[\s]")
_NEAR_START: Final = re.compile(r"(?i)<(?:html|script|svg|iframe|!doctype html|object|embed|body)[\s/>]")
# Long enough not to come about by chance in a gigabyte of pixels.
_IN_BINARY: Final = re.compile(
    rb"(?i)<(?:script|iframe|!doctype\s+html|html)(?:[\s>/][\x20-\x7e\s]{4})|<svg\s+[\w:]{1,40}\s{0,4}=|<\?(?:php|xml-stylesheet)\s"
)
OVERLAP: Final = 128


def markup_at_start(head: bytes) -> str | None:
    """The type that a browser would see; None when it would see no markup."""
    text = _decoded(head)
    if _DRAWING.match(_after_prologue(text)):
        return SVG
    if _PAGE.match(text):
        return HTML
    if _XML.match(text):
        return kinds.XML
    near = text[:_OLD_BROWSERS_READ]
    return HTML if _NEAR_START.search(near) else None


def page_inside(file: BinaryIO, start: int = 0) -> bool:
    """Whether a page or a script of one stands anywhere in what is no text."""
    return any(search(file, _IN_BINARY, overlap=OVERLAP, start=start))


def _after_prologue(text: str) -> str:
    """What comes after declaration, comments and type of a document, in so far as browsers read so far."""
    rest = text[:_BROWSERS_READ].lstrip()
    while ends := next((end for begin, end in _BEFORE_DRAWING if rest[: len(begin)].lower() == begin), None):
        rest = rest.partition(ends)[2].lstrip()
    return rest


def _decoded(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head.removeprefix(mark).decode(encoding, "replace")
    return head.decode("latin-1")
