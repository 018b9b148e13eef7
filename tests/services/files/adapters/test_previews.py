"""Previews: small, upright, without what the image told of its place, and never a burden."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from services.files.adapters.previews import preview
from tests.support.files.pictures import animation, png, saved
from tests.support.files.samples import fixed

Put = Callable[[bytes], Path]
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(content: bytes) -> Path:
        path = tmp_path / "image"
        path.write_bytes(content)
        return path

    return write


def opened(made: bytes | None) -> Image.Image:
    assert made is not None
    return Image.open(io.BytesIO(made), formats=["WEBP"])


@pytest.mark.parametrize("form", TYPES)
async def test_a_large_image_becomes_a_small_webp(put: Put, form: str) -> None:
    image = saved(Image.new("RGB", (2000, 1000), "navy"), form)

    made = opened(await preview(put(image), TYPES[form]))

    assert made.size == (512, 256)
    red, green, blue = made.convert("RGB").getpixel((5, 5))  # type: ignore[misc] # three colours in this mode
    assert (red < 20, green < 20, abs(blue - 128) < 20) == (True, True, True)


async def test_a_small_image_keeps_its_size_and_what_shows_through(put: Put) -> None:
    made = opened(await preview(put(saved(Image.new("RGBA", (20, 30), (0, 0, 0, 0)), "PNG")), "image/png"))

    assert (made.size, made.mode) == ((20, 30), "RGBA")


async def test_nothing_that_the_image_told_is_kept_and_it_stands_upright(put: Put) -> None:
    image = Image.new("RGB", (40, 20), "red")
    told = image.getexif()
    told[0x0112] = 6  # turned by a quarter
    told.get_ifd(0x8825)[1] = "N"  # of the place
    told[0x010E] = "secret"
    profile = b"secret profile"

    made = await preview(put(saved(image, "JPEG", exif=told, comment=b"secret", icc_profile=profile)), "image/jpeg")

    assert opened(made).size == (20, 40)
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(made).info)
    assert made is not None
    assert b"secret" not in made


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_of_an_animation_the_first_frame_is_shown(put: Put, form: str) -> None:
    made = opened(await preview(put(animation(fixed(1), form)), TYPES[form]))

    assert getattr(made, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(60_000, 60_000), "image/png"),
        (png(6_000, 6_000), "image/png"),
        (b"no image at all", "image/png"),
        (saved(Image.new("RGB", (9, 9)), "PNG"), "image/jpeg"),
        (saved(Image.effect_noise((90, 90), 50), "PNG")[:200], "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<svg/>", "image/svg+xml"),
    ],
)
async def test_where_no_picture_can_be_made_there_is_none(put: Put, content: bytes, media_type: str) -> None:
    assert await preview(put(content), media_type) is None
