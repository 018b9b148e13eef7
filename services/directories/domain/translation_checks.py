"""Whether a machine's translation still has everything that is not language: placeholders, links, code, structure.

The text that was translated may hold anything, instructions to the machine included. Whatever comes of them, a
translation that adds a link, drops a placeholder or grows out of proportion is not stored.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PLACEHOLDER: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{[^{}]*\}|%\([^)\s]+\)[sdfr]|%[sdfr](?![^\W\d_])|https?://[^\s<>()\[\]\"'`]+"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_AT_THE_END: Final = ".,;:!?"
_GROWTH, _ALWAYS = 4, 200
_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
_VERBATIM: Final = frozenset({"code_inline", "code_block", "fence", "html_inline", "html_block"})
_INLINE: Final = frozenset({"link_open", "image", *_VERBATIM})


def problem(source: str, translation: str) -> str | None:
    """What is wrong with the translation; None when nothing is."""
    return next((wrong for check in _CHECKS if (wrong := check(source, translation)) is not None), None)


def _shape(source: str, translation: str) -> str | None:
    if not translation.strip():
        return "the translation is empty"
    if _CONTROL.search(translation):
        return "the translation has control characters"
    if len(translation) > _GROWTH * len(source) + _ALWAYS:
        return "the translation is out of proportion to its source"
    if "\n" in translation.strip() and "\n" not in source.strip():
        return "the translation has several lines, its source has one"
    return None


def _places(source: str, translation: str) -> str | None:
    before, after = _placeholders(source), _placeholders(translation)
    different = ", ".join(sorted({*(before - after), *(after - before)}))
    return f"other placeholders or addresses than the source: {different[:_ALWAYS]}" if different else None


def _structure(source: str, translation: str) -> str | None:
    before, after = _MARKDOWN.parse(source), _MARKDOWN.parse(translation)
    if list(_blocks(before)) != list(_blocks(after)):
        return "another structure of headings, lists or paragraphs than the source"
    if Counter(_marks(before)) != Counter(_marks(after)):
        return "other links or code than the source"
    return None


_CHECKS: Final = (_shape, _places, _structure)


def _placeholders(text: str) -> Counter[str]:
    return Counter(found.rstrip(_AT_THE_END) for found in _PLACEHOLDER.findall(text))


def _blocks(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """What the text consists of, in its order: `("heading_open", "h2")`."""
    return ((token.type, token.tag) for token in tokens)


def _marks(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """What within paragraphs must be there too, in any order: word order differs from language to language."""
    for token in tokens:
        if token.type in _INLINE:
            target = (
                token.content if token.type in _VERBATIM else str(token.attrs.get("href") or token.attrs.get("src"))
            )
            yield token.type, target
        yield from _marks(token.children or ())
