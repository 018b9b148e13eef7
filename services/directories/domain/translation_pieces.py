"""Long Markdown in pieces of a bounded size, each of which can be translated and checked by itself.

    # Title            | # Title
    A paragraph.       | A paragraph.
                       |-------------
    - first            | - first
    - second           |-------------
                       | - second

Texts are divided between blocks, and between the items of a list. What has no such place stays whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

SIZE: Final = 4_000  # characters that a piece should have at most
LARGEST: Final = 8_000  # that one can have; what is larger and cannot be divided is not translated
_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` between the empty lines around it."""

    before: str
    text: str
    after: str


def divide(text: str, size: int = SIZE) -> list[Piece]:
    """In order and without loss, of up to `size` characters where there are places to divide."""
    if len(text) <= size:
        return [_piece(text)]
    lines: list[str] = _LINES.findall(text)
    starts = sorted({0, *_starts(_MARKDOWN.parse(text))})
    found = [""]
    for start, end in pairwise([*starts, len(lines)]):
        block = "".join(lines[start:end])
        if found[-1] and len(found[-1]) + len(block) > size:
            found.append("")
        found[-1] += block
    return [_piece(each) for each in found]


def join(pieces: Sequence[Piece], translated: Sequence[str]) -> str:
    """The translations of `pieces` as one text, with the empty lines that were there before."""
    return "".join(
        piece.before + text.strip("\n") + piece.after for piece, text in zip(pieces, translated, strict=True)
    )


def _starts(tokens: Sequence[Token]) -> set[int]:
    """The lines with which blocks begin, and items of lists that are in nothing else."""
    return {
        token.map[0] for token in tokens if token.map and (token.level == 0 or _is_item(token))
    }  # fmt: skip


def _is_item(token: Token) -> bool:
    return token.level == 1 and token.type == "list_item_open"


def _piece(text: str) -> Piece:
    core = text.strip("\n")
    before, _, after = text.partition(core) if core else (text, "", "")
    return Piece(before, core, after)
