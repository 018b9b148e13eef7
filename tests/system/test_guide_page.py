"""The guide as people see it: its page in a real browser, against a registry of its own."""

import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.chromium import PROGRAM, Chromium, chromium
from tests.support.own_registry import Registry

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine"),
    pytest.mark.timeout(300),
]
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
SIGN_IN = """
fetch("/auth/sign-in", {
  method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(%s)
}).then((answer) => answer.ok)
"""


@pytest.fixture(scope="module")
async def registry(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registry]:
    made = Registry(tmp_path_factory.mktemp("guide"))
    try:
        await made.start()
        yield made
    finally:
        await made.end(signal.SIGTERM)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    async with chromium(tmp_path, "de-AT") as made:
        yield made


def address(registry: Registry, path: str) -> str:
    return f"http://127.0.0.1:{registry.port}{path}"


async def sign_in(registry: Registry, browser: Chromium, who: str) -> None:
    """Somebody of the sample, by the part of the mail address before the @."""
    users = json.loads((registry.data / "demo.json").read_text())["users"]
    (given,) = [
        {"email": user["email"], "password": user["password"]} for user in users if user["email"].startswith(who)
    ]
    await browser.go(address(registry, "/"))
    await browser.until("document.readyState == 'complete' && location.pathname == '/'")
    assert await browser.value(SIGN_IN % json.dumps(given))


async def keep_picture(browser: Chromium, name: str) -> None:
    """Where PICTURES names a folder, for people to look at."""
    if "PICTURES" in os.environ:
        await browser.picture(Path(os.environ["PICTURES"]) / f"{name}.png")


async def ask(registry: Registry, query: str, **variables: Any) -> Any:
    """As the administrator."""
    headers = {"authorization": f"Bearer {registry.environment['REGISTRY_API_KEY']}"}
    body = {"query": query, "variables": variables}
    address = registry.environment["REGISTRY_URL"]
    async with aiohttp.ClientSession() as session, session.post(address, json=body, headers=headers) as told:
        (payload,) = (await told.json())["data"].values()
    assert payload["errors"] == []
    return payload


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
    page = (await ask(registry, CREATE, input={"slug": "wild", "order": 90, "translations": texts}))["page"]
    await ask(registry, PUBLISH, input={"id": page["id"], "expectedVersion": page["version"]})
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
    page = (await ask(registry, CREATE, input={"slug": "old", "order": 91, "translations": texts}))["page"]
    seen = {"id": page["id"], "expectedVersion": page["version"]}
    await ask(registry, EDIT, input={**seen, "translations": [{"locale": "en", "text": "New."}]})
    await ask(registry, PUBLISH, input={"id": page["id"], "expectedVersion": page["version"] + 1})
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
