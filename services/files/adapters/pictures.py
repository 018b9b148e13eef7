"""Making small pictures of images. Only the limited process may import this: it decodes hostile bytes."""

import io
from typing import BinaryIO, Final

from PIL import Image, ImageOps, UnidentifiedImageError

_FORMS: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
LONGEST_SIDE: Final = 512
MOST_PIXELS: Final = 25_000_000  # four bytes each while it is decoded; a JPEG is decoded small at once
_JPEG_MOST_PIXELS: Final = 50_000_000

_QUALITY: Final = 80


def smaller(file: BinaryIO, media_type: str) -> bytes | None:
    """The first frame as WebP, upright, without anything else that the file held; None when none can be made."""
    form = _FORMS.get(media_type)
    if form is None:
        return None
    Image.MAX_IMAGE_PIXELS = None  # our own limits hold, before anything is decoded
    try:
        with Image.open(file, formats=[form]) as image:
            return _written(image) if _is_bearable(image, form) else None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, IndexError, TypeError, EOFError, MemoryError):
        return None  # the library raises all of these for broken images; having no preview is the answer to each


def _is_bearable(image: Image.Image, form: str) -> bool:
    return image.width * image.height <= (_JPEG_MOST_PIXELS if form == "JPEG" else MOST_PIXELS)


def _written(image: Image.Image) -> bytes:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at an eighth of its size or less
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)  # a new image knows nothing of the metadata of the old one
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=_QUALITY)
    return out.getvalue()
