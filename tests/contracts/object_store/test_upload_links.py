"""A link to send one file by binds everything that it should: whoever alters it is refused, and nothing is kept."""

import asyncio
import hashlib
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest

from services.files.adapters.object_store import S3ObjectStore, SignedUpload
from tests.support.object_stores import Answer, ask, send

CONTENT = b"what happened, as it was seen"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
REFUSED = range(400, 500)


def upload(store: S3ObjectStore, key: str, *, seconds: int = 60, sha256: str | None = DIGEST) -> SignedUpload:
    return store.upload_link(key, size=len(CONTENT), media_type="application/pdf", sha256=sha256, seconds=seconds)


async def content(store: S3ObjectStore, key: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(key)])


@pytest.mark.parametrize("sha256", [DIGEST, None])
async def test_what_it_was_made_for_is_taken(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, sha256: str | None
) -> None:
    answer = await send(client, upload(store, key, sha256=sha256), CONTENT)

    assert answer.status == 200, answer
    assert answer.headers["etag"]
    assert await content(store, key) == CONTENT


@pytest.mark.parametrize(
    "changed",
    [
        {"content_type": "text/html"},
        {"content_type": None},
        {"if_none_match": '"other"'},
        {"if_none_match": None},
        {"x_amz_checksum_sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
        {"x_amz_checksum_sha256": None},
    ],
)
async def test_other_headers_than_were_signed_are_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, changed: dict[str, str | None]
) -> None:
    answer = await send(client, upload(store, key), CONTENT, **changed)

    await assert_refused(store, key, answer)


@pytest.mark.parametrize("body", [b"", CONTENT[:-1], CONTENT + b".", CONTENT * 1000])
@pytest.mark.parametrize("sha256", [DIGEST, None])
async def test_another_length_is_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, body: bytes, sha256: str | None
) -> None:
    answer = await send(client, upload(store, key, sha256=sha256), body)

    await assert_refused(store, key, answer)


async def test_a_body_of_no_told_length_is_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str
) -> None:
    async def body() -> object:
        yield CONTENT

    link = upload(store, key, sha256=None)
    headers = {name: value for name, value in link.headers.items() if name != "Content-Length"}
    async with client.put(link.url, headers=headers, data=body()) as sent:
        answer = Answer(sent.status, {}, await sent.read())

    await assert_refused(store, key, answer)


async def test_other_content_than_the_digest_is_of_is_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str
) -> None:
    answer = await send(client, upload(store, key), CONTENT.replace(b"seen", b"told"))

    await assert_refused(store, key, answer)


@pytest.mark.parametrize(
    "alter",
    [
        lambda url: url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        lambda url: url.replace("X-Amz-SignedHeaders=content-length%3B", "X-Amz-SignedHeaders="),
        lambda url: url.replace("X-Amz-Signature=", "X-Amz-Signature=0"),
        lambda url: url + "&x-amz-acl=public-read",
        lambda url: url + "&uploadId=a&partNumber=1",
        lambda url: url + "&acl",
        lambda url: url + "&tagging",
        lambda url: url.partition("?")[0],
    ],
)
async def test_another_query_is_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, alter: Callable[[str], str]
) -> None:
    link = upload(store, key)

    answer = await ask(client, "PUT", alter(link.url), dict(link.headers), CONTENT)

    await assert_refused(store, key, answer)


async def test_another_key_or_bucket_is_refused(store: S3ObjectStore, client: aiohttp.ClientSession, key: str) -> None:
    link, other = upload(store, key), str(uuid4())

    for url in (link.url.replace(key, other), link.url.replace("/contract", "/files")):
        answer = await ask(client, "PUT", url, dict(link.headers), CONTENT)
        await assert_refused(store, other, answer)
    assert await store.head(key) is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST"])
async def test_it_is_for_sending_only(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, method: str
) -> None:
    link = upload(store, key)
    await send(client, link, CONTENT)

    answer = await ask(client, method, link.url, dict(link.headers))

    assert answer.status in REFUSED
    assert await content(store, key) == CONTENT


async def test_a_second_sending_is_refused_and_changes_nothing(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str
) -> None:
    link = upload(store, key, sha256=None)
    assert (await send(client, link, CONTENT)).status == 200
    before = await store.head(key)

    again = await send(client, link, CONTENT.upper())

    assert again.status == 412
    assert await store.head(key) == before
    assert await content(store, key) == CONTENT


async def test_of_many_at_the_same_time_one_is_kept(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str
) -> None:
    link = upload(store, key, sha256=None)
    bodies = [bytes([number]) * len(CONTENT) for number in range(8)]

    answers = await asyncio.gather(*(send(client, link, body) for body in bodies))

    taken = [body for body, answer in zip(bodies, answers, strict=True) if answer.status == 200]
    assert len(taken) == 1
    assert await content(store, key) == taken[0]


async def test_after_its_time_it_is_refused(store: S3ObjectStore, client: aiohttp.ClientSession, key: str) -> None:
    link = upload(store, key, seconds=1)
    await asyncio.sleep(2.1)

    await assert_refused(store, key, await send(client, link, CONTENT))


@pytest.mark.parametrize(
    "more",
    [
        {"x_amz_copy_source": "/{bucket}/{other}"},
        {"x_amz_acl": "public-read"},
        {"x_amz_tagging": "a=b"},
        {"x_amz_meta_a": "b"},
        {"x_amz_object_lock_legal_hold": "ON"},
        {"x_amz_website_redirect_location": "https://example.org"},
    ],
    ids=lambda more: next(iter(more)),
)
@pytest.mark.parametrize("body", [CONTENT, b""])
async def test_headers_of_s3_that_were_not_signed_are_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, more: dict[str, str], body: bytes
) -> None:
    """The first would copy what others have, in our name: old releases of MinIO do it."""
    other = str(uuid4())
    await store.put(other, b"of another company", "text/plain")
    link = store.upload_link(key, size=len(body), media_type="application/pdf", seconds=60)
    bucket = urlsplit(link.url).path.split("/")[1]

    answer = await send(
        client, link, body, **{name: value.format(bucket=bucket, other=other) for name, value in more.items()}
    )

    await assert_refused(store, key, answer)
    await store.delete(other)


async def assert_refused(store: S3ObjectStore, key: str, answer: Answer) -> None:
    assert answer.status in REFUSED, answer
    assert await store.head(key) is None
