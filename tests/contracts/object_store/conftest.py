"""The store that this suite is run against: the embedded one, or any that S3_CONTRACT_... variables name."""

import asyncio
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import aiohttp
import pytest

from deploy.local.object_store import ObjectStore
from services.files.adapters.bucket import prepare_bucket
from services.files.adapters.object_store import S3ObjectStore
from services.files.adapters.s3.administration import Administration
from services.files.adapters.s3.place import Place
from tests.support.object_stores import ORIGIN, place_of


@pytest.fixture(scope="session", params=["as it is made", "as we prepare it"])
async def place(request: pytest.FixtureRequest, object_store: ObjectStore) -> Place:
    """A bucket with nothing set, and one with versions, rules for pages, and a lifecycle."""
    given = os.environ.get("S3_CONTRACT_ENDPOINT")
    prepared = request.param == "as we prepare it"
    name = os.environ.get("S3_CONTRACT_BUCKET", "contract") + ("-prepared" if prepared else "")
    if given:
        endpoint, keys = given, (os.environ["S3_CONTRACT_ACCESS_KEY"], os.environ["S3_CONTRACT_SECRET_KEY"])
    else:
        endpoint, keys = object_store.endpoint, (object_store.access_key, object_store.secret_key)
    region = os.environ.get("S3_CONTRACT_REGION", object_store.region)
    place = place_of(name, endpoint, *keys, region=region)
    if prepared:
        await prepare_bucket(place, origins=[ORIGIN], noncurrent_days=30)
    else:
        await asyncio.to_thread(Administration(place).make)
    return place


@pytest.fixture
def store(place: Place) -> S3ObjectStore:
    return S3ObjectStore(
        place.bucket,
        endpoint=place.endpoint,
        region=place.region,
        access_key=place.access_key,
        secret_key=place.secret_key,
    )


@pytest.fixture
async def key(store: S3ObjectStore) -> AsyncIterator[str]:
    """Of an object that is not there yet, and is not left behind."""
    made = str(uuid4())
    yield made
    await store.delete(made)


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain one, that knows nothing but the link, says of content what it is told to say, and unpacks nothing."""
    async with aiohttp.ClientSession(
        skip_auto_headers=["Content-Type"], timeout=aiohttp.ClientTimeout(10), auto_decompress=False
    ) as session:
        yield session
