"""The bucket of the files service is made where it is missing."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from deploy.local.errors import CannotStart
from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST, pick
from deploy.prepare.bucket import prepare_bucket
from services.files.adapters.object_store import S3ObjectStore


@pytest.fixture
def environment(object_store: ObjectStore) -> Mapping[str, str]:
    return {
        "FILES_S3_ENDPOINT": object_store.endpoint,
        "FILES_S3_BUCKET": f"trial-{uuid4().hex}",
        "FILES_S3_ACCESS_KEY": object_store.access_key,
        "FILES_S3_SECRET_KEY": object_store.secret_key,
    }


async def test_a_missing_bucket_is_made_and_used(environment: Mapping[str, str], object_store: ObjectStore) -> None:
    name = environment["FILES_S3_BUCKET"]

    assert await prepare_bucket(environment) == f"made the bucket {name}"

    files = S3ObjectStore(
        name,
        endpoint=object_store.endpoint,
        region=object_store.region,
        access_key=object_store.access_key,
        secret_key=object_store.secret_key,
    )
    await files.put("report.txt", b"content", "text/plain")
    assert await prepare_bucket(environment) == f"the bucket {name} was there"


async def test_keys_without_the_right_are_told(environment: Mapping[str, str]) -> None:
    with pytest.raises(CannotStart, match=r"makes no bucket trial-.* \(status 403\)"):
        await prepare_bucket({**environment, "FILES_S3_SECRET_KEY": "wrong"})


async def test_a_store_that_is_not_there_is_told(environment: Mapping[str, str]) -> None:
    with pytest.raises(CannotStart, match="FILES_S3_ENDPOINT: no answer from"):
        await prepare_bucket({**environment, "FILES_S3_ENDPOINT": f"http://{HOST}:{pick()}"})
