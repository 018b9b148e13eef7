"""Bytes come back as they went, in chunks, and what is not there is told as such."""

import os
from uuid import uuid4

import pytest

from services.files.adapters.object_store import NoSuchObject, S3ObjectStore

MIB = 1 << 20


async def chunks(store: S3ObjectStore, key: str) -> list[bytes]:
    return [chunk async for chunk in store.read(key)]


@pytest.mark.parametrize("size", [0, 1, MIB, 4 * MIB, 9 * MIB + 7])
async def test_what_was_put_is_read_again_in_chunks_of_a_mebibyte_at_most(
    store: S3ObjectStore, key: str, size: int
) -> None:
    content = os.urandom(size)
    await store.put(key, content, "text/plain")

    read = await chunks(store, key)

    assert b"".join(read) == content
    assert max(map(len, read), default=0) <= MIB
    assert all(len(chunk) == MIB for chunk in read[:-1])


async def test_the_head_tells_the_size_and_a_name_that_changes_with_the_content(store: S3ObjectStore, key: str) -> None:
    await store.put(key, b"one", "text/plain")
    first = await store.head(key)
    await store.put(key, b"other", "text/plain")
    second = await store.head(key)

    assert first is not None
    assert second is not None
    assert (first.size, second.size) == (3, 5)
    assert first.etag != second.etag


async def test_what_is_not_there_has_no_head_and_cannot_be_read(store: S3ObjectStore) -> None:
    absent = str(uuid4())

    assert await store.head(absent) is None
    with pytest.raises(NoSuchObject, match=absent):
        await chunks(store, absent)


async def test_what_was_deleted_is_gone_and_may_be_deleted_again(store: S3ObjectStore, key: str) -> None:
    await store.put(key, b"content", "text/plain")

    await store.delete(key)
    await store.delete(key)

    assert await store.head(key) is None


async def test_a_store_that_serves_us_passes_the_check(store: S3ObjectStore) -> None:
    await store.check()
