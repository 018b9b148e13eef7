"""Pages send and fetch by links in a real browser, as the bucket was prepared for them; pages of others do not."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from aiohttp import web

from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST, pick
from services.files.adapters.bucket import prepare_bucket
from services.files.adapters.object_store import S3ObjectStore, SignedUpload
from services.files.adapters.s3.place import Place
from tests.support.chromium import PROGRAM, Chromium, chromium
from tests.support.object_stores import place_of

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no browser on this machine")
SIZE: Final = 3 << 20
CONTENT: Final = bytes(range(256)) * (SIZE // 256)
# What it tells: status, tag, and how often the browser told how far it was. No page may say the length itself.
_SEND: Final = """
new Promise(done => {
  const link = %s, request = new XMLHttpRequest(), content = new Uint8Array(link.size).map((_, at) => at);
  let told = 0;
  request.open(link.method, link.url);
  for (const [name, value] of Object.entries(link.headers))
    if (name !== "Content-Length") request.setRequestHeader(name, value);
  request.upload.onprogress = () => { told += 1; };
  request.onload = () => done({status: request.status, tag: request.getResponseHeader("ETag"), told});
  request.onerror = () => done({status: 0, tag: null, told});
  request.send(content);
})
"""


async def page(_: web.Request) -> web.Response:
    return web.Response(text="<title>page</title>", content_type="text/html")


@pytest.fixture
async def pages() -> AsyncIterator[Mapping[str, str]]:
    """The origins of an empty page of ours and of one of others."""
    application = web.Application()
    application.router.add_get("/", page)
    runner = web.AppRunner(application)
    await runner.setup()
    ports = {"ours": (ours := pick()), "theirs": pick([ours])}
    for port in ports.values():
        await web.TCPSite(runner, HOST, port).start()
    yield {name: f"http://{HOST}:{port}" for name, port in ports.items()}
    await runner.cleanup()


@pytest.fixture
async def store(object_store: ObjectStore, pages: Mapping[str, str]) -> S3ObjectStore:
    """A bucket that was prepared for our page."""
    place: Place = place_of(
        f"pages-{uuid4().hex}", object_store.endpoint, object_store.access_key, object_store.secret_key
    )
    await prepare_bucket(place, origins=[pages["ours"]], noncurrent_days=30)
    return S3ObjectStore(
        place.bucket,
        endpoint=place.endpoint,
        region=place.region,
        access_key=place.access_key,
        secret_key=place.secret_key,
    )


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    async with chromium(tmp_path, language="en") as made:
        yield made


async def send(browser: Chromium, link: SignedUpload, size: int = SIZE) -> dict[str, Any]:
    given = {"url": link.url, "method": link.method, "headers": dict(link.headers), "size": size}
    answer: dict[str, Any] = await browser.value(_SEND % json.dumps(given))
    return answer


async def visit(browser: Chromium, origin: str) -> None:
    await browser.go(origin)
    await browser.until(f"document.title === 'page' && location.origin === '{origin}'")


async def test_our_page_sends_with_progress_once_only_and_fetches_what_it_sent(
    browser: Chromium, store: S3ObjectStore, pages: Mapping[str, str]
) -> None:
    await visit(browser, pages["ours"])
    key, digest = str(uuid4()), hashlib.sha256(CONTENT).hexdigest()
    link = store.upload_link(key, size=SIZE, media_type="application/pdf", sha256=digest, seconds=60)

    first, again = await send(browser, link), await send(browser, link)
    fetching = store.download_link(key, name="отчёт.pdf", media_type="application/pdf", seconds=60)
    fetched = await browser.value(
        f"fetch({json.dumps(fetching)}).then(async a => [a.status, a.headers.get('content-type'), "
        "(await a.arrayBuffer()).byteLength])"
    )

    found = await store.head(key)
    assert found is not None
    assert (first["status"], first["tag"], again["status"]) == (200, found.etag, 412)
    assert first["told"] > 0
    assert fetched == [200, "application/octet-stream", SIZE]
    assert b"".join([chunk async for chunk in store.read(key)]) == CONTENT


async def test_our_page_sends_parts_and_hears_their_tags(
    browser: Chromium, store: S3ObjectStore, pages: Mapping[str, str]
) -> None:
    await visit(browser, pages["ours"])
    key = str(uuid4())
    upload = await store.begin_parts(key, "video/mp4")

    sent = await send(browser, store.part_link(key, upload, 1, size=SIZE, seconds=60))

    (arrived,) = await store.parts(key, upload)
    assert (sent["status"], sent["tag"]) == (200, arrived.etag)


async def test_pages_of_others_neither_send_nor_fetch(
    browser: Chromium, store: S3ObjectStore, pages: Mapping[str, str]
) -> None:
    await visit(browser, pages["theirs"])
    key, other = str(uuid4()), str(uuid4())
    await store.put(other, b"what happened", "text/plain")

    sent = await send(browser, store.upload_link(key, size=SIZE, media_type="application/pdf", seconds=60))
    fetching = store.download_link(other, name="a.txt", media_type="text/plain", seconds=60)
    fetched = await browser.value(f"fetch({json.dumps(fetching)}).then(a => a.text(), refused => null)")

    assert (sent["status"], fetched) == (0, None)
    assert await store.head(key) is None
