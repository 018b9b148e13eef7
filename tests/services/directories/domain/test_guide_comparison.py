"""Comparing two texts."""

import random
from itertools import pairwise

import pytest

from services.directories.domain.guide_comparison import MOST_PAIRS, Fate, Part, compare


def texts(parts: list[Part]) -> tuple[str, str]:
    """The earlier and the later text, put together again."""
    earlier = "".join(part.text for part in parts if part.fate is not Fate.ADDED)
    return earlier, "".join(part.text for part in parts if part.fate is not Fate.REMOVED)


@pytest.mark.parametrize("by_words", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""), ("", "a"), ("a", ""), ("a", "a"), ("a\nb\n", "a\nc\n"), ("a", "a\n"), ("a b c", "a c"),
        ("ä ö\n\nü", "ä\n\nö ü"), ("x" * 50, "x" * 49), ("a b " * 40, "b a " * 40), ("инцидент бар", "инцидент жоқ"),
    ],
)  # fmt: skip
def test_the_parts_make_both_texts(before: str, after: str, by_words: bool) -> None:
    parts = compare(before, after, by_words=by_words)

    assert texts(parts) == (before, after)
    assert all(part.text for part in parts)
    assert all(one.fate is not two.fate for one, two in pairwise(parts))


@pytest.mark.parametrize("by_words", [False, True])
def test_random_texts_are_put_together_again(by_words: bool) -> None:
    dice = random.Random(7)  # noqa: S311  # no secret
    for _ in range(300):
        before, after = ("".join(dice.choice("ab \n.") for _ in range(dice.randrange(40))) for _ in range(2))
        assert texts(compare(before, after, by_words=by_words)) == (before, after)


def test_within_a_changed_line_only_the_changed_words_are_told() -> None:
    assert compare("one two\nthree four\n", "one two\nthree five\n", by_words=True) == [
        Part(Fate.EQUAL, "one two\nthree "),
        Part(Fate.REMOVED, "four"),
        Part(Fate.ADDED, "five"),
        Part(Fate.EQUAL, "\n"),
    ]


def test_the_same_text_is_one_equal_part() -> None:
    assert compare("a b\nc", "a b\nc", by_words=True) == [Part(Fate.EQUAL, "a b\nc")]


def test_what_would_take_too_long_to_compare_is_told_as_a_whole() -> None:
    lines = ["a\n", "b\n"] * (MOST_PAIRS // 200)
    before, after = "x\n" + "".join(lines) + "y", "z\n" + "".join(reversed(lines)) + "y"

    assert compare(before, after, by_words=False) == [
        Part(Fate.REMOVED, before[:-1]),
        Part(Fate.ADDED, after[:-1]),
        Part(Fate.EQUAL, "y"),
    ]
