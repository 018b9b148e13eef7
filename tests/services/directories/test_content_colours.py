"""The default colours can be told apart, and text on them can be read."""

import json
import math
import re
from importlib.resources import files
from itertools import combinations

import pytest

FEW = (
    "classifications", "statuses", "severities", "outcomes", "impact_levels", "detection_sources", "roles",
    "link_types", "department_kinds", "timestamps", "file_kinds", "priorities",
)  # fmt: skip
DIRECTORIES = (*FEW, "incident_types", "indicator_types")


def colours(directory: str) -> dict[str, str]:
    """The colour of each code, as #RRGGBB."""
    source = files("services.directories") / "content" / f"{directory}.json"
    return {row["code"]: row["color"] for row in json.loads(source.read_text(encoding="utf-8"))}


def channels(colour: str) -> tuple[float, ...]:
    """Linear-light red, green and blue, each 0 to 1."""
    encoded = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in encoded)


def contrast(colour: str) -> float:
    """The WCAG contrast ratio against black or white text, whichever reads better."""
    red, green, blue = channels(colour)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return max(1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05)


def oklab(colour: str) -> tuple[float, float, float]:
    """Coordinates in which equal distances look equally different; about 0.02 is just noticeable."""
    red, green, blue = channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def closest(used: list[str]) -> float:
    return min(math.dist(oklab(one), oklab(other)) for one, other in combinations(used, 2))


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_text_on_every_colour_is_easy_to_read(directory: str) -> None:
    """Every colour reaches 4.5 with black or white, so this asks for the stricter level of WCAG, 7."""
    used = colours(directory).values()

    assert [colour for colour in used if not re.fullmatch("#[0-9A-F]{6}", colour)] == []
    assert [colour for colour in used if contrast(colour) < 7] == []


@pytest.mark.parametrize("directory", FEW)
def test_colours_of_a_directory_can_be_told_apart(directory: str) -> None:
    assert closest([*colours(directory).values()]) >= 0.1


@pytest.mark.parametrize("directory", ["incident_types", "indicator_types"])
def test_colours_of_types_differ_noticeably(directory: str) -> None:
    assert closest([*colours(directory).values()]) >= 0.03


@pytest.mark.parametrize("classification", sorted(set(colours("classifications")) - {"test"}))
def test_colours_of_types_differ_clearly_within_their_class(classification: str) -> None:
    family = [value for code, value in colours("incident_types").items() if code.startswith(f"{classification}.")]

    assert closest(family) >= 0.1
