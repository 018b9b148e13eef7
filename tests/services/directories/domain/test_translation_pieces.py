"""Dividing long Markdown into pieces that can be translated alone."""

import random

import pytest

from services.directories.domain.translation_checks import problem
from services.directories.domain.translation_pieces import Piece, divide, join

BLOCKS = (
    "# A title", "A paragraph of *some* words,\non two lines.", "- one\n- two\n\n  more of two\n- three",
    "1. first\n2. second\n   - below", "> quoted\n> again", "```\ncode\n\n# no title\n```",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "    indented code\n\n    goes on", "Seen [here][guide].\n\n[guide]: /guide/x", "---", "Setext\n======",
)  # fmt: skip


def written(seed: int) -> str:
    dice = random.Random(seed)  # noqa: S311  # for the same texts each time
    return (
        dice.choice(["", "\n\n"]) + "\n\n".join(dice.choices(BLOCKS, k=dice.randint(1, 40))) + dice.choice(["", "\n"])
    )


@pytest.mark.parametrize("seed", range(50))
def test_pieces_are_the_text_and_each_begins_a_block(seed: int) -> None:
    text = written(seed)

    pieces = divide(text, 120)

    assert join(pieces, [piece.text for piece in pieces]) == text
    assert all(len(piece.text) <= 120 for piece in pieces)
    assert problem(text or "x", "\n\n".join(piece.text for piece in pieces) or "x") is None


def test_a_short_text_stays_whole_and_an_empty_one_has_nothing_to_ask() -> None:
    assert divide("# A\n\nB\n") == [Piece("", "# A\n\nB", "\n")]
    assert divide("\n\n") == [Piece("\n\n", "", "")]
    assert divide("") == [Piece("", "", "")]


def test_a_long_list_is_divided_between_its_items_and_not_within() -> None:
    items = [f"- item {number}\n  - below it\n" for number in range(9)]

    pieces = divide("".join(items), 50)

    assert [piece.text for piece in pieces] == ["".join(items[at : at + 2]).strip("\n") for at in range(0, 9, 2)]


def test_what_has_no_place_to_divide_stays_whole() -> None:
    pieces = divide("short\n\n" + "word " * 100 + "\n\nshort", 100)

    assert [len(piece.text) for piece in pieces] == [5, 500, 5]


def test_what_a_machine_puts_around_a_piece_does_not_reach_the_text() -> None:
    pieces = divide("# A\n\nBB\n\nC", 4)

    assert join(pieces, ["# X\n\n\n", "\nY\n", "Z"]) == "# X\n\nY\n\nZ"
