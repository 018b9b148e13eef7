"""Whatever is asked of a store that refuses us tells what a person has to put right."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from services.files.adapters.object_store import S3ObjectStore, StoredPart, StoreRefuses
from services.files.adapters.s3.place import Place

ASKED: dict[str, Callable[[S3ObjectStore], Awaitable[Any]]] = {
    "put": lambda store: store.put("key", b"content", "text/plain"),
    "delete": lambda store: store.delete("key"),
    "head": lambda store: store.head("key"),
    "read": lambda store: first(store.read("key")),
    "begin": lambda store: store.begin_parts("key", "text/plain"),
    "parts": lambda store: store.parts("key", "upload"),
    "complete": lambda store: store.complete_parts("key", "upload", [StoredPart(1, 1, '"a"')]),
    "abort": lambda store: store.abort_parts("key", "upload"),
    "check": lambda store: store.check(),
}


async def first(chunks: AsyncIterator[bytes]) -> bytes:
    return await anext(chunks)


def store(place: Place) -> S3ObjectStore:
    return S3ObjectStore(
        place.bucket,
        endpoint=place.endpoint,
        region=place.region,
        access_key=place.access_key,
        secret_key=place.secret_key,
    )


@pytest.mark.parametrize("asked", ASKED)
async def test_a_missing_bucket_is_told(place: Place, asked: str) -> None:
    with pytest.raises(StoreRefuses, match="the bucket nowhere-at-all is missing: make it, or correct FILES_S3_BUCKET"):
        await ASKED[asked](store(replace(place, bucket="nowhere-at-all")))


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("wrong", [{"access_key": "guessed"}, {"secret_key": "guessed"}], ids=["access", "secret"])
async def test_wrong_keys_are_told(place: Place, asked: str, wrong: dict[str, str]) -> None:
    with pytest.raises(StoreRefuses, match="is not for this key: correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY"):
        await ASKED[asked](store(replace(place, **wrong)))
