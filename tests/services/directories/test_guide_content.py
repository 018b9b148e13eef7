"""The guide of ours is complete in every language, and loading it leaves alone what people changed."""

import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from chassis.access import EVERY_COMPANY, Actor
from services.directories.domain.guide_markdown import render
from services.directories.persistence.guide_defaults import LOCALES, default_pages
from services.directories.usecases.load_guide import load_guide
from tests.support.services import RunningService, user

SYSTEM = Actor.system("test", EVERY_COMPANY)
PAGES = list(default_pages())
SLUGS = [page.slug for page in PAGES]
TEXTS = [(page.slug, locale) for page in PAGES for locale in LOCALES]
OF = {(page.slug, locale): texts for page in PAGES for locale, texts in page.texts.items()}


def outline(text: str) -> list[str]:
    """Headings by their depth, and what stands between them: items of lists, rows of tables, links."""
    marks = re.findall(r"(?m)^(#+|-|\d+\.|\|)[ -]", text)
    return [*marks, *re.findall(r"\]\((\S+)\)", text)]


async def load(service: RunningService) -> int:
    async with service.database.work(SYSTEM) as work:
        return await load_guide(work)


@pytest.fixture
async def loaded(running_directories: RunningService) -> RunningService:
    await running_directories.empty()
    assert await load(running_directories) == len(PAGES)
    return running_directories


def test_every_language_has_every_page_and_no_other() -> None:
    folder = files("services.directories") / "content" / "guide"
    there = {(each.name.removesuffix(".md"), locale) for locale in LOCALES for each in (folder / locale).iterdir()}

    assert there == set(TEXTS)
    assert {each.name for each in folder.iterdir()} == {*LOCALES, "pages.json"}


@pytest.mark.parametrize(("slug", "locale"), TEXTS)
def test_a_page_is_built_alike_in_every_language(slug: str, locale: str) -> None:
    assert outline(OF[slug, locale][1]) == outline(OF[slug, "en"][1])


@pytest.mark.parametrize(("slug", "locale"), TEXTS)
def test_a_page_is_of_a_length_that_is_read(slug: str, locale: str) -> None:
    title, text = OF[slug, locale]

    assert 3 < len(title) < 60
    assert 130 <= len(text.split()) <= 320


def test_no_language_has_the_text_of_another() -> None:
    assert len({text for _, text in OF.values()}) == len(TEXTS)
    for slug in SLUGS:
        russian, kazakh = (OF[slug, locale][1] for locale in ("ru", "kk"))
        assert not set("әғқңөұүһі") & set(russian)
        assert len(set("әғқңөұүі") & set(kazakh)) > 5
        assert set("äöüß") & set(OF[slug, "de"][1])


@pytest.mark.parametrize(("slug", "locale"), TEXTS)
def test_a_page_has_nothing_that_is_not_shown_and_links_only_to_pages_that_are_there(slug: str, locale: str) -> None:
    html = render(OF[slug, locale][1])

    assert "&lt;" not in html
    assert "**" not in html
    assert set(re.findall(r'href="/guide/([^"]+)"', html)) <= set(SLUGS)
    assert html.count("<a ") == html.count('href="/guide/')


async def test_everybody_reads_it_in_their_language(loaded: RunningService, speaking: Callable[..., Actor]) -> None:
    query = "{ guide { slug title locale depth translations { state } } }"

    for locale in LOCALES:
        found = (await loaded.data(query, speaking(locale)))["guide"]
        assert [page["title"] for page in found] == [
            OF[slug, locale][0] for slug in sorted(SLUGS, key=[page["slug"] for page in found].index)
        ]
        assert {page["locale"] for page in found} == {locale}
        assert {each["state"] for page in found for each in page["translations"]} == {"REVIEWED"}


async def test_loading_again_changes_nothing_and_what_people_changed_stays(loaded: RunningService) -> None:
    manager = user({"directory.manage": EVERY_COMPANY})
    page = (await loaded.data('{ guidePage(slug: "glossary") { id version } }', manager))["guidePage"]
    source = {"id": page["id"], "expectedVersion": 2, "active": False, "order": 1}
    edit = "mutation ($i: EditGuidePageInput!) { editGuidePage(input: $i) { errors { message } } }"
    assert (await loaded.data(edit, manager, i=source))["editGuidePage"]["errors"] == []

    assert await load(loaded) == 0

    found = await loaded.data("{ guide { slug } all: guide(includeDrafts: true) { slug order version } }", manager)
    assert "glossary" not in [each["slug"] for each in found["guide"]]
    assert {"slug": "glossary", "order": 1, "version": 3} in found["all"]
    events = [each.type for each in await loaded.events()]
    assert events.count("guide.published.v1") == len(PAGES)
    assert events.count("guide.page_changed.v1") == 2 * len(PAGES) + 1  # made, shown, and one hidden
