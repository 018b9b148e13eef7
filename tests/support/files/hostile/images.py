"""Images that are something else too, or more than a machine can bear."""

import struct
import zlib

from tests.support.files import packing
from tests.support.files.pictures import box, chunk, gif, heic, jpeg_with, picture, png, segment
from tests.support.files.portable import pdf
from tests.support.files.samples import Sample, fixed

_DICE = fixed(2)
_PNG, _JPEG, _GIF, _WEBP = (picture(_DICE, form) for form in ("PNG", "JPEG", "GIF", "WEBP"))
_ZIP = packing.zipped({"META-INF/MANIFEST.MF": "Main-Class: A\n", "A.class": b"\xca\xfe\xba\xbe"})
_PAGE = b"<script>alert(document.domain)</script>"
_VP8X = struct.pack("<4sIB3x3s3s", b"VP8X", 10, 0, b"\xff\xff\x00", b"\xff\xff\x00")


def _riff(content: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content


SAMPLES = (
    Sample("a GIF that is a program of Java", "a.gif", _GIF + _ZIP, "POLYGLOT"),
    Sample("a PNG that is an archive", "a.png", _PNG + _ZIP, "POLYGLOT"),
    Sample("a JPEG that is an archive", "a.jpg", _JPEG + _ZIP, "POLYGLOT"),
    Sample("a JPEG with an archive in a comment", "a.jpg", jpeg_with(_DICE, segment(0xFE, _ZIP)), "POLYGLOT"),
    Sample("a JPEG with a page in a comment", "a.jpg", jpeg_with(_DICE, segment(0xFE, _PAGE)), "POLYGLOT"),
    Sample(
        "a JPEG with a page in its metadata", "a.jpg", jpeg_with(_DICE, segment(0xE1, b"Exif\0\0" + _PAGE)), "POLYGLOT"
    ),
    Sample("a PNG with a page in a text", "a.png", png(1, 1, chunk(b"tEXt", b"Comment\0" + _PAGE)), "POLYGLOT"),
    Sample("a PNG with PHP in a text", "a.png", png(1, 1, chunk(b"tEXt", b"C\0<?php system($_GET[0]);")), "POLYGLOT"),
    Sample(
        "a GIF with a page in a comment",
        "a.gif",
        _GIF[:-1] + b"\x21\xfe" + bytes([len(_PAGE)]) + _PAGE + b"\0;",
        "POLYGLOT",
    ),
    Sample("a GIF whose size begins a script", "a.gif", b"GIF89a/*" + _GIF[8:-1] + b"*/=1;" + _PAGE, "POLYGLOT"),
    Sample(
        "a WebP with a page",
        "a.webp",
        _riff(_WEBP[12:] + struct.pack("<4sI", b"EXIF", len(_PAGE) + 1) + _PAGE + b" "),
        "POLYGLOT",
    ),
    Sample("a PNG with a document behind it", "a.png", _PNG + pdf(), "POLYGLOT"),
    Sample("a JPEG with a document in it", "a.jpg", jpeg_with(_DICE, segment(0xE5, pdf())), "POLYGLOT"),
    Sample("a HEIC with an archive in it", "a.heic", heic(_DICE, 0, 0, box(b"free", _ZIP)), "POLYGLOT"),
    Sample("a PNG with something behind it", "a.png", _PNG + b"secret" * 9, "HIDDEN_DATA"),
    Sample("a JPEG with something behind it", "a.jpg", _JPEG + b"secret" * 9, "HIDDEN_DATA"),
    Sample("a GIF with something behind it", "a.gif", _GIF + b"secret" * 9, "HIDDEN_DATA"),
    Sample("a WebP with something behind it", "a.webp", _WEBP + b"secret" * 9, "HIDDEN_DATA"),
    Sample("a HEIC with a box of its own", "a.heic", heic(_DICE, 0, 0, box(b"evil", bytes(99))), "HIDDEN_DATA"),
    Sample("a PNG of four gigapixels", "a.png", png(65_000, 65_000), "IMAGE_TOO_LARGE"),
    Sample("a PNG one pixel too wide", "a.png", png(16_385, 1), "IMAGE_TOO_LARGE"),
    Sample(
        "a JPEG of four gigapixels",
        "a.jpg",
        _JPEG.replace(_JPEG[(at := _JPEG.index(b"\xff\xc0")) + 5 : at + 9], b"\xff\xff\xff\xff"),
        "IMAGE_TOO_LARGE",
    ),
    Sample("a GIF of four gigapixels", "a.gif", gif(65_000, 65_000, 1), "IMAGE_TOO_LARGE"),
    Sample("a WebP of four gigapixels", "a.webp", _riff(_VP8X + _WEBP[12:]), "IMAGE_TOO_LARGE"),
    Sample("a HEIC of four gigapixels", "a.heic", heic(_DICE, 65_000, 65_000), "IMAGE_TOO_LARGE"),
    Sample("a GIF of two thousand frames", "a.gif", gif(10, 10, 2_000), "TOO_MANY_FRAMES"),
    Sample("a GIF of large frames", "a.gif", gif(5_000, 5_000, 30), "TOO_MANY_FRAMES"),
    Sample(
        "an animated PNG of a million frames",
        "a.png",
        png(9, 9, chunk(b"acTL", struct.pack(">II", 10**6, 0))),
        "TOO_MANY_FRAMES",
    ),
    Sample(
        "a PNG with a text that grows",
        "a.png",
        png(1, 1, chunk(b"zTXt", b"C\0\0" + zlib.compress(bytes(2**22)))),
        "DECOMPRESSION_BOMB",
    ),
    Sample(
        "a PNG with a profile that grows",
        "a.png",
        png(1, 1, chunk(b"iCCP", b"C\0\0" + zlib.compress(bytes(2**22)))),
        "DECOMPRESSION_BOMB",
    ),
    Sample("a PNG that is cut off", "a.png", _PNG[:-20], "TRUNCATED"),
    Sample("a JPEG that is cut off", "a.jpg", _JPEG[:-2], "TRUNCATED"),
    Sample("a GIF that is cut off", "a.gif", _GIF[:-5], "TRUNCATED"),
    Sample("a WebP that is cut off", "a.webp", _WEBP[:-5], "TRUNCATED"),
    Sample("a HEIC that is cut off", "a.heic", heic(_DICE)[:-5], "TRUNCATED"),
    Sample("a PNG with a wrong checksum", "a.png", _PNG[:-16] + bytes(16), "MALFORMED"),
    Sample("a PNG of no pixels", "a.png", png(0, 0), "MALFORMED"),
    Sample("a PNG without a picture", "a.png", png().replace(chunk(b"IDAT", zlib.compress(b"\0\0")), b""), "MALFORMED"),
)
