"""Searching the guide in the reader's language."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.access import Actor
from tests.support.services import user

SEARCH = """
query ($text: String!, $locale: String) { searchGuide(text: $text, locale: $locale) {
    locale page { slug } title { text isMatch } snippet { text isMatch }
} }
"""
TEXTS = {
    "en": ("Registering", "Whoever notices an **incident** registers it; [see](https://example.org/hidden) more."),
    "de": ("Erfassen", "Wer Vorfälle bemerkt, erfasst sie."),
    "ru": ("Регистрация", "Сообщайте об инцидентах сразу."),
    "kk": ("Тіркеу", "Инциденттерді бірден тіркеңіз."),
}


@pytest.fixture
async def searched(guide: Any) -> Any:
    texts = [{"locale": locale, "title": title, "text": text} for locale, (title, text) in TEXTS.items()]
    await guide.publish("register", translations=texts)
    return guide


async def found(guide: Any, text: str, actor: Actor | None = None) -> list[str]:
    hits = (await guide.service.data(SEARCH, actor or user(), text=text))["searchGuide"]
    return [hit["page"]["slug"] for hit in hits]


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "incidents"), ("en", "INCIDENT noticed"), ("en", "registeri"), ("en", "reg"),
        ("de", "Vorfall"), ("de-AT", "vorfälle bem"), ("ru", "инцидент"), ("ru-KZ", "сообщить"),
        ("kk", "инцидент"), ("kk-KZ", "тірке бірден"),
    ],
)  # fmt: skip
async def test_words_are_found_in_the_reader_s_language_by_stem_and_by_beginning(
    searched: Any, speaking: Callable[..., Actor], locale: str, text: str
) -> None:
    assert "register" in await found(searched, text, speaking(locale))


@pytest.mark.parametrize(
    "text", ["Vorfall", "nothing-like-it", "incident absent", "", "!?&|", "hidden", "'", "\\", "zz:*"]
)
async def test_what_is_not_there_is_not_found(searched: Any, speaking: Callable[..., Actor], text: str) -> None:
    assert await found(searched, text, speaking("en")) == []


async def test_what_was_found_is_marked_in_plain_text(searched: Any, speaking: Callable[..., Actor]) -> None:
    hits = (await searched.service.data(SEARCH, speaking("en"), text="incidents"))["searchGuide"]

    assert hits == [
        {
            "locale": "en",
            "page": {"slug": "register"},
            "title": [{"text": "Registering", "isMatch": False}],
            "snippet": [
                {"text": "Whoever notices an ", "isMatch": False},
                {"text": "incident", "isMatch": True},
                {"text": " registers it; see more.", "isMatch": False},
            ],
        }
    ]


async def test_the_beginning_of_a_word_is_marked_too(searched: Any, speaking: Callable[..., Actor]) -> None:
    hits = (await searched.service.data(SEARCH, speaking("en"), text="registeri"))["searchGuide"]

    assert hits[0]["page"]["slug"] == "register"


async def test_a_title_counts_more_than_a_text(searched: Any) -> None:
    texts = [{"locale": "en", "title": "Other", "text": "First things."}]
    await searched.publish("other", order=0, translations=texts)

    assert await found(searched, "first") == ["first", "other"]


async def test_only_what_is_published_is_found(searched: Any) -> None:
    await searched.edit("first", 2, translations=[{"locale": "en", "text": "Wombat."}])
    assert await found(searched, "wombat", searched.manager) == []

    await searched.made("publishGuidePage", id=searched.ids["first"], expectedVersion=3)
    assert await found(searched, "wombat") == ["first"]
    assert await found(searched, "counts") == []


async def test_a_search_costs_two_statements(searched: Any) -> None:
    with searched.service.statements() as seen:
        await searched.service.data(SEARCH, user(), text="first")

    assert len(seen) == 2
