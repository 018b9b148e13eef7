"""The guide as people see it: its page in a real browser."""

from tests.support.chromium import Chromium
from tests.support.own_registry import Registry
from tests.support.pages import address, change, keep_picture, sign_in

EVIL = (
    "# Wild\n\n<script>window.caught = 1</script><img src=x onerror='window.caught = 1'>\n\n"
    "[a](javascript:window.caught=1) [b](/guide/glossary) ![picture](https://evil.example/x.png)\n\n"
    "| one | two |\n|---|---|\n| 1 | `2` |\n"
)
CREATE = """
mutation ($input: CreateGuidePageInput!) { createGuidePage(input: $input) { page { id version } errors { message } } }
"""
EDIT = "mutation ($input: EditGuidePageInput!) { editGuidePage(input: $input) { errors { message } } }"
PUBLISH = "mutation ($input: PublishGuidePageInput!) { publishGuidePage(input: $input) { errors { message } } }"


async def test_a_reader_walks_through_the_guide_in_the_language_of_the_browser(
    registry: Registry, browser: Chromium
) -> None:
    await browser.go(address(registry, "/guide"))
    await browser.until("!document.getElementById('signed-out').hidden")
    await sign_in(registry, browser, "reader")
    browser.complaints.clear()  # that nobody was signed in

    await browser.go(address(registry, "/guide"))
    titles = await browser.until(
        "(all => all.length && [...all].map(a => [a.lang, a.textContent]))(document.querySelectorAll('#pages a'))"
    )
    await keep_picture(browser, "guide")
    await browser.value("document.querySelector('#pages a[href=\"/guide/glossary\"]').click()")
    await browser.until("location.pathname == '/guide/glossary' && document.querySelector('#page h1') !== null")
    await keep_picture(browser, "guide-page")

    assert len(titles) == 7
    assert ["de", "Glossar"] in titles
    assert await browser.value("document.querySelector('#page h1').textContent") == "Glossar"
    assert await browser.value("document.querySelector('#page h1').lang") == "de"
    assert await browser.value("document.title") == "Glossar · Incident Registry"
    assert await browser.value("document.querySelector('#pages [aria-current=page]').textContent") == "Glossar"
    assert await browser.value("document.querySelector('#page div').innerText.length") > 500
    assert await browser.value("document.getElementById('failure').textContent") == ""
    assert await browser.value("document.documentElement.scrollWidth <= innerWidth")
    assert browser.complaints == []


async def test_nothing_that_a_page_says_runs_or_is_fetched_in_the_browser(
    registry: Registry, browser: Chromium
) -> None:
    texts = [{"locale": "en", "title": "<b>Wild</b>", "text": EVIL}]
    page = (await change(registry, CREATE, input={"slug": "wild", "order": 90, "translations": texts}))["page"]
    await change(registry, PUBLISH, input={"id": page["id"], "expectedVersion": page["version"]})
    await sign_in(registry, browser, "reader")

    await browser.go(address(registry, "/guide/wild"))
    await browser.until("document.querySelector('#page table') !== null")
    await keep_picture(browser, "guide-wild")

    links = "[...document.querySelectorAll('#page a')].map(a => a.getAttribute('href'))"
    assert await browser.value(links) == ["/guide/glossary"]
    assert await browser.value("document.querySelectorAll('#page script, #page img').length") == 0
    assert await browser.value("window.caught === undefined")
    assert await browser.value("document.querySelector('#page h1').textContent") == "<b>Wild</b>"
    assert browser.complaints == []


async def test_a_translation_that_is_older_than_its_source_says_so(registry: Registry, browser: Chromium) -> None:
    texts = [{"locale": "en", "title": "Old", "text": "Old."}, {"locale": "de", "title": "Alt", "text": "Alt."}]
    page = (await change(registry, CREATE, input={"slug": "old", "order": 91, "translations": texts}))["page"]
    seen = {"id": page["id"], "expectedVersion": page["version"]}
    await change(registry, EDIT, input={**seen, "translations": [{"locale": "en", "text": "New."}]})
    await change(registry, PUBLISH, input={"id": page["id"], "expectedVersion": page["version"] + 1})
    await sign_in(registry, browser, "reader")

    await browser.go(address(registry, "/guide/old"))

    assert await browser.until("document.querySelector('#page .note').textContent") == (
        "The original has changed since this was translated."
    )
    assert await browser.value("document.querySelector('#page div').innerText.trim()") == "Alt."


async def test_a_page_that_is_not_there_says_so(registry: Registry, browser: Chromium) -> None:
    await sign_in(registry, browser, "reader")

    await browser.go(address(registry, "/guide/nowhere"))

    told = await browser.until("document.getElementById('failure').textContent")
    assert told == "There is no such page, or it is not for you."
