"""A large file comes in parts, which others send and only we put together."""

import asyncio
import hashlib
import os
from dataclasses import replace

import aiohttp
import pytest

from services.files.adapters.object_store import NoSuchUpload, S3ObjectStore, WrongParts
from services.files.adapters.s3 import parts as listing
from tests.support.object_stores import Answer, ask, send

LEAST = 5 << 20
REFUSED = range(400, 500)


@pytest.fixture(scope="module")
def content() -> list[bytes]:
    """Two parts, the last one short."""
    return [os.urandom(LEAST), os.urandom(77)]


@pytest.fixture
async def upload(store: S3ObjectStore, key: str) -> str:
    return await store.begin_parts(key, "video/mp4")


async def part(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str, number: int, body: bytes
) -> Answer:
    return await send(client, store.part_link(key, upload, number, size=len(body), seconds=60), body)


async def test_parts_are_put_together_in_their_order_whatever_order_they_came_in(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str, content: list[bytes]
) -> None:
    for number in (2, 1):
        assert (await part(store, client, key, upload, number, content[number - 1])).status == 200

    arrived = await store.parts(key, upload)
    assert [(each.number, each.size) for each in arrived] == [(1, LEAST), (2, 77)]
    assert await store.head(key) is None
    made = await store.complete_parts(key, upload, arrived[::-1])

    assert made.size == LEAST + 77
    assert made == await store.head(key)
    digest = hashlib.sha256()
    async for chunk in store.read(key):
        digest.update(chunk)
    assert digest.digest() == hashlib.sha256(b"".join(content)).digest()


async def test_putting_together_again_tells_the_same_and_changes_nothing(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str
) -> None:
    await part(store, client, key, upload, 1, b"whole")
    arrived = await store.parts(key, upload)
    made = await store.complete_parts(key, upload, arrived)

    assert await store.complete_parts(key, upload, arrived) == made


async def test_after_that_its_links_are_useless(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str
) -> None:
    link = store.part_link(key, upload, 1, size=5, seconds=60)
    await send(client, link, b"whole")
    made = await store.complete_parts(key, upload, await store.parts(key, upload))

    answer = await send(client, link, b"other")

    assert answer.status in REFUSED
    assert await store.head(key) == made
    assert b"".join([chunk async for chunk in store.read(key)]) == b"whole"


async def test_what_leaves_the_store_later_is_an_attachment(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str
) -> None:
    await part(store, client, key, upload, 1, b"whole")
    await store.complete_parts(key, upload, await store.parts(key, upload))
    link = store.download_link(key, name="film.mp4", media_type="video/mp4", seconds=60)

    answer = await ask(client, "GET", link)

    assert (answer.body, answer.headers["content-type"]) == (b"whole", "application/octet-stream")


async def test_a_part_that_is_sent_again_counts_as_it_came_last(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str
) -> None:
    await part(store, client, key, upload, 1, b"first try")
    await asyncio.sleep(1.1)  # stores tell the time of a part in seconds
    await part(store, client, key, upload, 1, b"second try")

    arrived = await store.parts(key, upload)
    await store.complete_parts(key, upload, arrived)

    assert [each.size for each in arrived] == [10]
    assert b"".join([chunk async for chunk in store.read(key)]) == b"second try"


async def test_all_parts_are_listed_however_many_pages_they_take(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 6):
        await part(store, client, key, upload, number, bytes(number))
    monkeypatch.setattr(listing, "PAGE", 2)

    assert [each.size for each in await store.parts(key, upload)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("body", [b"", b"four", b"longer"])
async def test_a_part_of_another_length_is_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str, body: bytes
) -> None:
    answer = await send(client, store.part_link(key, upload, 1, size=5, seconds=60), body)

    assert answer.status in REFUSED
    assert await store.parts(key, upload) == []


@pytest.mark.parametrize(("before", "after"), [("partNumber=1", "partNumber=2"), ("uploadId=", "uploadId=0")])
async def test_the_link_of_a_part_is_for_that_part(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str, before: str, after: str
) -> None:
    link = store.part_link(key, upload, 1, size=5, seconds=60)

    answer = await ask(client, "PUT", link.url.replace(before, after), dict(link.headers), b"whole")

    assert answer.status in REFUSED
    assert await store.parts(key, upload) == []


@pytest.mark.parametrize("method", ["POST", "DELETE", "GET"])
async def test_who_sends_parts_can_neither_complete_abort_nor_list(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str, method: str
) -> None:
    link = store.part_link(key, upload, 1, size=5, seconds=60)
    await send(client, link, b"whole")

    answer = await ask(client, method, link.url.replace("&partNumber=1", "").replace("partNumber=1&", ""))

    assert answer.status in REFUSED
    assert len(await store.parts(key, upload)) == 1
    assert await store.head(key) is None


async def test_what_was_given_up_is_gone_and_may_be_given_up_again(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str
) -> None:
    await part(store, client, key, upload, 1, b"whole")
    arrived = await store.parts(key, upload)

    await store.abort_parts(key, upload)
    await store.abort_parts(key, upload)

    with pytest.raises(NoSuchUpload):
        await store.parts(key, upload)
    with pytest.raises(NoSuchUpload):
        await store.complete_parts(key, upload, arrived)
    assert (await part(store, client, key, upload, 1, b"whole")).status in REFUSED
    assert await store.head(key) is None


async def test_a_part_that_is_missing_or_altered_is_told(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, upload: str
) -> None:
    await part(store, client, key, upload, 1, b"whole")
    (first,) = await store.parts(key, upload)

    for given in ([replace(first, number=2)], [replace(first, etag='"0"')], []):
        with pytest.raises(WrongParts, match="did not put the parts together"):
            await store.complete_parts(key, upload, given)
    assert await store.head(key) is None
