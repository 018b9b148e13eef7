"""Reading the guide: the tree, a page, its languages."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.access import Actor
from chassis.identifiers import uuid7
from tests.support.services import user

READ = "title text html locale sourceLocale publishedNumber depth parent { slug } children { slug } additions { slug }"


async def test_everybody_reads_the_tree_in_its_order(guide: Any) -> None:
    await guide.publish("zeroth", order=0)
    await guide.publish("last", order=9)
    await guide.publish("third", parentId=guide.ids["first"], order=1)

    assert await guide.slugs() == ["first", "second", "third", "zeroth", "last"]


async def test_a_page_has_its_text_its_html_and_its_place(guide: Any) -> None:
    assert await guide.page("first", READ) == {
        "title": "First",
        "text": "What **counts**.",
        "html": "<p>What <strong>counts</strong>.</p>\n",
        "locale": "en",
        "sourceLocale": "en",
        "publishedNumber": 1,
        "depth": 1,
        "parent": None,
        "children": [{"slug": "second"}],
        "additions": [],
    }
    assert (await guide.page("second", READ))["parent"] == {"slug": "first"}


async def test_a_page_is_found_by_its_slug_too(guide: Any) -> None:
    found = await guide.service.data('{ guidePage(slug: "second") { id } none: guidePage(slug: "x") { id } }', user())

    assert found == {"guidePage": {"id": str(guide.ids["second"])}, "none": None}


async def test_the_reader_s_languages_choose_the_text_and_the_answer_tells_which(
    guide: Any, speaking: Callable[..., Actor]
) -> None:
    fields = 'title html locale english: title(locale: "en-GB")'

    assert await guide.page("first", fields, speaking("de-AT", "en")) == {
        "title": "Erste",
        "html": "<p>Was <em>zählt</em>.</p>\n",
        "locale": "de",
        "english": "First",
    }
    assert (await guide.page("second", fields, speaking("de-AT")))["locale"] == "en"
    assert (await guide.page("second", fields, speaking("kk")))["title"] == "Second"


async def test_a_page_in_no_language_of_reader_or_installation_is_told_in_its_first_one(
    guide: Any, speaking: Callable[..., Actor]
) -> None:
    texts = [{"locale": "kk", "title": "Бет", "text": ""}, {"locale": "ru", "title": "Страница"}]
    await guide.publish("kazakh", sourceLocale="kk", translations=texts)

    assert await guide.page("kazakh", "title locale text", speaking("ja")) == {
        "title": "Бет", "locale": "kk", "text": "",
    }  # fmt: skip


async def test_translations_tell_what_is_there_and_what_is_missing(guide: Any) -> None:
    fields = "translations { locale title state engine reviewedBy { id } sourceHash }"

    first = (await guide.page("first", fields))["translations"]
    second = (await guide.page("second", fields))["translations"]

    reviewer = {"id": str(guide.manager.id)}
    assert [(each["locale"], each["title"], each["state"]) for each in first] == [
        ("de", "Erste", "REVIEWED"),
        ("en", "First", "REVIEWED"),
    ]
    assert {each["sourceHash"] for each in first} == {first[1]["sourceHash"]}
    assert all((each["engine"], each["reviewedBy"]) == (None, reviewer) for each in first)
    assert second[0] == {
        "locale": "de", "title": None, "state": "MISSING", "engine": None, "reviewedBy": None, "sourceHash": None,
    }  # fmt: skip


async def test_the_whole_tree_and_a_page_cost_a_fixed_number_of_statements(guide: Any) -> None:
    for number in range(20):
        await guide.publish(f"page-{number}", parentId=guide.ids["first"])
    tree = "{ guide { slug title locale depth children { title } additions { slug } translations { state } } }"

    with guide.service.statements() as seen:
        await guide.service.data(tree, user())
    assert len(seen) == 2
    with guide.service.statements() as seen:
        await guide.page("first", "title html text children { title html } translations { title }")
    assert len(seen) == 3


async def test_what_is_absent_or_no_id_is_null(guide: Any) -> None:
    found = await guide.service.entities("GuidePage", [guide.ids["first"], uuid7(), "no id"], "slug", user())

    assert found == [{"slug": "first"}, None, None]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("guidePage { id }", ["id"]),
        ('guidePage(id: "x") { id }', ["id"]),
        ('guidePage(id: "x", slug: "y") { id }', ["id"]),
        ('searchGuide(text: "x", first: 0) { locale }', ["first"]),
        (f'searchGuide(text: "{"x" * 201}") {{ locale }}', ["text"]),
        ('searchGuide(text: "x", locale: "de_AT") { locale }', ["locale"]),
    ],
)
async def test_bad_input_is_refused_by_name(guide: Any, asked: str, field: list[str]) -> None:
    answer = await guide.service.graph(f"{{ {asked} }}", user())

    assert [error["extensions"] for error in answer["errors"]] == [{"code": "INVALID", "field": field}]


async def test_a_locale_that_is_none_is_refused_by_name(guide: Any) -> None:
    answer = await guide.service.graph('{ guide { title(locale: "de_AT") } }', user())

    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": ["locale"]}
