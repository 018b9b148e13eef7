"""Text on a colour can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directories.domain.colours import colour, text_colour


@pytest.mark.parametrize(
    ("background", "text"),
    [
        ("#000000", "#FFFFFF"),
        ("#FFFFFF", "#000000"),
        ("#FF0000", "#000000"),
        ("#0000FF", "#FFFFFF"),
        ("#00FF00", "#000000"),
        ("#757575", "#FFFFFF"),  # 4.61 to white, 4.56 to black
        ("#767676", "#000000"),  # 4.54 to white, 4.62 to black
        ("#010101", "#FFFFFF"),  # in the linear part of the curve
    ],
)
def test_text_is_black_or_white_whichever_contrasts_more(background: str, text: str) -> None:
    assert text_colour(background) == text


@given(st.integers(0, 255))
def test_lighter_grey_never_turns_text_from_black_to_white(level: int) -> None:
    shade, lighter = (f"#{each:02X}{each:02X}{each:02X}" for each in (level, min(level + 1, 255)))

    assert (text_colour(shade), text_colour(lighter)) != ("#000000", "#FFFFFF")


def test_a_colour_is_stored_in_capitals() -> None:
    assert colour("#1f6feb") == "#1F6FEB"


@pytest.mark.parametrize("value", [None, "", "red", "#FFF", "1F6FEB", "#1F6FEBFF", "#1F6FEG", "#1F6FEB\n"])
def test_what_is_no_colour_is_refused(value: str | None) -> None:
    with pytest.raises(ValueError, match="A colour is written as #RRGGBB"):
        colour(value)
