"""Uploading in a real browser: straight to the object store, by the rules that the store was given at the start."""

from typing import Any

from tests.support.chromium import Chromium
from tests.support.own_registry import Registry
from tests.support.pages import address, ask, keep_picture, sign_in

INCIDENT = "{ incidents(first: 1) { nodes { id } } }"
FILES = """
query ($id: ID!) { incident(id: $id) { reportFile { name state } attachments { name size state sha256 } } }
"""
CHOOSE = """(() => {
  const chosen = new DataTransfer();
  for (const [name, type, parts] of %s) chosen.items.add(new File(parts, name, { type }));
  document.getElementById("chosen").files = chosen.files;
  document.getElementById("upload").requestSubmit();
})()"""
SETTLED = """(rows => rows.length >= %d && rows.every(row => !row.includes("checked")) &&
  !document.querySelector("#progress li") && rows)(
  [...document.querySelectorAll("#files tr")].map(row => row.innerText))
"""
SIGNED_IN = "!!document.querySelector('#incident option')"


async def open_page(registry: Registry, browser: Chromium) -> str:
    """For somebody who may; the id of the incident that it shows."""
    await sign_in(registry, browser, "admin")
    incident = (await ask(registry, INCIDENT))["incidents"]["nodes"][0]["id"]
    await browser.go(address(registry, f"/upload?incident={incident}"))
    await browser.until(SIGNED_IN)
    assert await browser.value("document.getElementById('incident').value") == incident
    return str(incident)


async def files_of(registry: Registry, incident: str) -> Any:
    return (await ask(registry, FILES, id=incident))["incident"]


async def test_files_go_from_the_browser_to_the_store_are_checked_and_shown(
    registry: Registry, browser: Chromium
) -> None:
    incident = await open_page(registry, browser)

    await browser.value(CHOOSE % '[["Bericht Größe.txt", "text/plain", ["what happened"]], ["why.txt", "", ["why"]]]')
    rows = await browser.until(SETTLED % 2, 60)
    await keep_picture(browser, "upload")

    assert sorted(row.split("\t")[0] for row in rows) == ["Bericht Größe.txt", "why.txt"]
    assert all("available" in row for row in rows)
    told = (await files_of(registry, incident))["attachments"]
    assert {(file["name"], file["size"], file["state"]) for file in told} == {
        ("Bericht Größe.txt", 13, "AVAILABLE"),
        ("why.txt", 3, "AVAILABLE"),
    }
    assert await browser.value("document.getElementById('failure').textContent") == ""
    bundle = "document.querySelector('#bundle a').getAttribute('href')"
    assert await browser.value(bundle) == f"/files/incidents/{incident}/bundle"
    assert browser.complaints == []


async def test_a_large_file_goes_in_parts_and_a_dangerous_one_is_refused_with_its_reason(
    registry: Registry, browser: Chromium
) -> None:
    incident = await open_page(registry, browser)
    before = len((await files_of(registry, incident))["attachments"])

    large = 'Array.from({ length: 70 }, () => "a".repeat(1023 * 1024) + "\\n".repeat(1024))'
    evil = '["<script>window.caught = 1</script>"]'
    await browser.value(CHOOSE % f'[["large.txt", "text/plain", {large}], ["evil.html", "text/html", {evil}]]')
    rows = await browser.until(SETTLED % (before + 2), 120)
    await keep_picture(browser, "upload-refused")

    assert any("large.txt" in row and "70 MiB" in row and "available" in row for row in rows)
    assert any("evil.html" in row and "refused" in row and "extension" in row for row in rows)
    links = "[...document.querySelectorAll('#files a')].map(a => a.textContent)"
    assert "evil.html" not in await browser.value(links)
    assert await browser.value("window.caught === undefined")


async def test_what_is_refused_at_once_says_why(registry: Registry, browser: Chromium) -> None:
    await open_page(registry, browser)

    await browser.value(CHOOSE % '[["empty.txt", "text/plain", []]]')

    told = await browser.until("document.getElementById('failure').textContent")
    assert told == f"A file has 1 to {5 * 2**30} bytes; this one has 0."


async def test_the_page_asks_for_a_sign_in(registry: Registry, browser: Chromium) -> None:
    await browser.go(address(registry, "/upload"))

    await browser.until("!document.getElementById('signed-out').hidden")
    assert await browser.value("document.getElementById('page').hidden")
