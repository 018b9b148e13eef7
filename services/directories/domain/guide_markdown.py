"""Markdown of the guide as HTML that is safe to show, and as plain text to search in.

CommonMark with tables and strikethrough. HTML in it is shown as text, a picture as its description, and links lead
only to http, https and mailto addresses or within this host. What was rendered is remembered, up to a bound.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

REMEMBERED: Final = 8_000_000  # characters of HTML
_TAGS: Final = frozenset({
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong",
    "s", "a", "table", "thead", "tbody", "tr", "th", "td",
})  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_PRIVATE: Final = str.maketrans("", "", "\ue000\ue001")  # what marks hits in a search


def _described(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    return nh3.clean_text(tokens[place].content)


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_MARKDOWN.add_render_rule("image", _described)


def render(text: str) -> str:
    """The HTML; what the sanitizer does not know is left out, whatever the renderer made."""
    return nh3.clean(
        _MARKDOWN.render(text),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


def plain(text: str) -> str:
    """The words alone, one line for each block."""
    lines = ("".join(_words(token.children or [token])) for token in _MARKDOWN.parse(text))
    return "\n".join(line for line in lines if line.strip()).translate(_PRIVATE)


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield "\n" if token.type in {"softbreak", "hardbreak"} else token.content


class Rendered:
    """Remembers the HTML of texts by their digests, the ones asked for last, up to `limit` characters.

    The longest text takes seconds when it is written for that, so rendering is done in a thread.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._size = 0
        self._html: OrderedDict[bytes, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._html)

    async def html(self, text: str) -> str:
        key = sha256(text.encode()).digest()
        found = self._html.get(key)
        if found is None:
            found = await asyncio.to_thread(render, text)
            self._keep(key, found)
        self._html.move_to_end(key)
        while self._size > self._limit and len(self._html) > 1:
            self._size -= len(self._html.popitem(last=False)[1])
        return found

    def _keep(self, key: bytes, html: str) -> None:
        """Two may have rendered the same at the same time."""
        self._size += len(html) - len(self._html.get(key, ""))
        self._html[key] = html
