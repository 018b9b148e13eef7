"""A link to fetch by gives one object, as what we say it is, for as long as we say."""

import asyncio
import gzip
from collections.abc import Callable
from uuid import uuid4

import aiohttp
import pytest

from services.files.adapters.disposition import content_disposition
from services.files.adapters.object_store import S3ObjectStore
from services.files.adapters.s3.place import Place
from tests.support.object_stores import ask, send

PAGE = b"<script>alert(1)</script>"
FORBIDDEN = 403


@pytest.fixture
async def page(store: S3ObjectStore, key: str) -> str:
    """The key of something that a browser would run."""
    await store.put(key, PAGE, "text/html")
    return key


def link(store: S3ObjectStore, key: str, name: str = "page.html", *, seconds: int = 60) -> str:
    return store.download_link(key, name=name, media_type="text/html", seconds=seconds)


@pytest.mark.parametrize(
    "name",
    ["page.html", "Résumé & more.html", "отчёт за март.pdf", "報告書+1.xlsx", "تقرير.pdf", 'a"b;c%41.txt', "~😀.png"],
)
async def test_it_is_an_attachment_of_this_name_and_nothing_that_a_browser_runs(
    store: S3ObjectStore, client: aiohttp.ClientSession, page: str, name: str
) -> None:
    answer = await ask(client, "GET", link(store, page, name))

    assert (answer.status, answer.body) == (200, PAGE)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == content_disposition(name)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "said", [{"content_encoding": "gzip"}, {"content_disposition": "inline"}, {"cache_control": "public, max-age=600"}]
)
async def test_what_its_sender_says_besides_changes_nothing(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, said: dict[str, str]
) -> None:
    """No store forbids these headers; a browser that unpacks would see what nobody has looked into."""
    packed = gzip.compress(PAGE)
    upload = store.upload_link(key, size=len(packed), media_type="application/gzip", seconds=60)
    assert (await send(client, upload, packed, **said)).status == 200

    answer = await ask(client, "GET", link(store, key))

    assert b"".join([chunk async for chunk in store.read(key)]) == packed
    assert answer.body == packed
    assert answer.headers.get("content-encoding", "identity") == "identity"
    assert answer.headers["content-disposition"] == content_disposition("page.html")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_preview_of_ours_is_shown(store: S3ObjectStore, client: aiohttp.ClientSession, key: str) -> None:
    await store.put(key, b"an image", "image/webp")
    made = store.download_link(key, name="a.webp", media_type="image/webp", seconds=60, inline=True)

    answer = await ask(client, "GET", made)

    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["content-disposition"].startswith("inline;")


def test_nothing_else_is_shown(store: S3ObjectStore) -> None:
    with pytest.raises(ValueError, match="text/html is no preview of ours"):
        store.download_link("key", name="a.html", media_type="text/html", seconds=5, inline=True)


async def test_a_part_of_it_may_be_fetched(store: S3ObjectStore, client: aiohttp.ClientSession, page: str) -> None:
    answer = await ask(client, "GET", link(store, page), {"Range": "bytes=1-6"})

    assert (answer.status, answer.body) == (206, PAGE[1:7])


@pytest.mark.parametrize(
    "alter",
    [
        lambda url: url.replace("attachment", "inline"),
        lambda url: url.replace("application%2Foctet-stream", "text%2Fhtml"),
        lambda url: url.replace("no-store", "public"),
        lambda url: url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        lambda url: url + "&response-content-type=text%2Fhtml",
        lambda url: url + "&acl",
        lambda url: url + "&versions",
        lambda url: url.partition("?")[0],
    ],
)
async def test_another_query_is_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, page: str, alter: Callable[[str], str]
) -> None:
    answer = await ask(client, "GET", alter(link(store, page)))

    assert answer.status == FORBIDDEN
    assert PAGE not in answer.body


async def test_another_key_is_refused(store: S3ObjectStore, client: aiohttp.ClientSession, page: str) -> None:
    other = str(uuid4())
    await store.put(other, b"of another company", "text/plain")

    answer = await ask(client, "GET", link(store, page).replace(page, other))

    assert answer.status == FORBIDDEN
    await store.delete(other)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_it_is_for_fetching_only(
    store: S3ObjectStore, client: aiohttp.ClientSession, page: str, method: str
) -> None:
    answer = await ask(client, method, link(store, page), None, b"other" if method != "DELETE" else b"")

    assert answer.status in range(400, 500)
    assert b"".join([chunk async for chunk in store.read(page)]) == PAGE


async def test_six_seconds_later_a_link_of_five_is_useless(
    store: S3ObjectStore, client: aiohttp.ClientSession, page: str, place: Place
) -> None:
    if not place.bucket.endswith("-prepared"):
        pytest.skip("it takes long, and a clock is the same for every bucket")
    made = link(store, page, seconds=5)
    assert (await ask(client, "GET", made)).status == 200
    await asyncio.sleep(6)

    assert (await ask(client, "GET", made)).status == FORBIDDEN
