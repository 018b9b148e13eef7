"""Links are for the address that browsers have for the store; the service itself keeps to its own."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest

from deploy.local.object_store import ObjectStore
from services.files.adapters.object_store import S3ObjectStore
from tests.support.faulty_wire import FaultyWire
from tests.support.object_stores import ask, send

CONTENT = b"what happened"


@pytest.fixture
async def outside(object_store: ObjectStore) -> AsyncIterator[FaultyWire]:
    """The way of browsers to the store, another port than ours."""
    async with FaultyWire.to(urlsplit(object_store.endpoint).port or 0) as wire:
        yield wire


async def test_each_way_is_for_its_own(object_store: ObjectStore, outside: FaultyWire) -> None:
    store = S3ObjectStore(
        "files",
        endpoint=object_store.endpoint,
        public_endpoint=outside.endpoint,
        region=object_store.region,
        access_key=object_store.access_key,
        secret_key=object_store.secret_key,
    )
    key = str(uuid4())

    async with aiohttp.ClientSession() as client:
        sent = await send(
            client, store.upload_link(key, size=len(CONTENT), media_type="text/plain", seconds=60), CONTENT
        )
        upload = await store.begin_parts(key, "text/plain")
        part = await send(client, store.part_link(key, upload, 1, size=len(CONTENT), seconds=60), CONTENT)
        link = store.download_link(key, name="a.txt", media_type="text/plain", seconds=60)
        fetched = await ask(client, "GET", link)

    by_browsers = outside.connections
    assert (sent.status, part.status, fetched.body) == (200, 200, CONTENT)
    assert by_browsers > 0
    assert link.startswith(f"{outside.endpoint}/files/{key}?")
    assert await store.head(key) is not None
    assert len(await store.parts(key, upload)) == 1
    await store.abort_parts(key, upload)
    await store.delete(key)
    assert outside.connections == by_browsers
