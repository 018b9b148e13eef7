"""Images, whole and as pieces that can be put together wrongly."""

import io
import struct
import zlib
from random import Random
from typing import Any

from PIL import Image

from tests.support.files.samples import noise


def picture(dice: Random, form: str, **given: Any) -> bytes:
    """A small one with some noise in it."""
    size = dice.randint(1, 40), dice.randint(1, 40)
    mode = dice.choice(("RGB", "L")) if form == "JPEG" else dice.choice(("RGB", "RGBA"))
    image = Image.frombytes(mode, size, noise(dice, size[0] * size[1] * len(mode)))
    return saved(image.convert("P") if form == "GIF" else image, form, **given)


def saved(image: Image.Image, form: str, **given: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **given)
    return out.getvalue()


def animation(dice: Random, form: str, frames: int = 3) -> bytes:
    pictures = [Image.new("RGB", (8, 8), (dice.randrange(256), n % 256, n // 256)) for n in range(frames)]
    return saved(pictures[0], form, save_all=True, append_images=pictures[1:], duration=50)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def png(width: int = 1, height: int = 1, *more: bytes) -> bytes:
    """What the header says; the picture itself is of one pixel."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return PNG_MAGIC + header + b"".join(more) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg_with(dice: Random, *segments: bytes) -> bytes:
    whole = picture(dice, "JPEG")
    return whole[:2] + b"".join(segments) + whole[2:]


def gif(width: int, height: int, frames: int) -> bytes:
    """All frames are of one pixel, on a screen of the size given."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def heic(dice: Random, width: int = 0, height: int = 0, *more: bytes) -> bytes:
    size = struct.pack(">III", 0, width or dice.randint(1, 8000), height or dice.randint(1, 6000))
    properties = box(b"iprp", box(b"ipco", box(b"ispe", size), box(b"hvcC", noise(dice, 40))))
    brands = b"heic\0\0\0\0mif1heic" + dice.choice((b"", b"MiHE"))
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(8) + b"pict" + bytes(13)), properties)
    return box(b"ftyp", brands) + meta + b"".join(more) + box(b"mdat", noise(dice, dice.randint(1, 3000)))
