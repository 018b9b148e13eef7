"""Colours of entries, and the colour of text that can be read on them."""

import re
from typing import Final

BLACK: Final = "#000000"
WHITE: Final = "#FFFFFF"
_LINEAR_BELOW: Final = 0.04045
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


def colour(value: str | None) -> str:
    """In capitals. Raises ValueError unless it is written as #RRGGBB."""
    if value is None or not _COLOUR.fullmatch(value):
        raise ValueError("A colour is written as #RRGGBB in hexadecimal, for example #1F6FEB.")
    return value.upper()


def text_colour(background: str) -> str:
    """Black or white, whichever has the higher contrast with `background` (#RRGGBB)."""
    return BLACK if contrast(background, BLACK) >= contrast(background, WHITE) else WHITE


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_relative_luminance(one), _relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _relative_luminance(value: str) -> float:
    """From 0 for black to 1 for white."""
    red, green, blue = (_linear(int(value[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(encoded: float) -> float:
    """Light of an sRGB channel; the constants are those of IEC 61966-2-1."""
    if encoded <= _LINEAR_BELOW:
        return encoded / 12.92
    return float(((encoded + 0.055) / 1.055) ** 2.4)
