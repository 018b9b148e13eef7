"""The bucket of the files service is made where it is missing, and prepared for browsers."""

from collections.abc import Mapping
from uuid import uuid4

import pytest

from chassis.errors import Fault
from chassis.settings import SettingsError
from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST, pick
from deploy.prepare.bucket import prepare_bucket
from services.files.adapters.object_store import S3ObjectStore, StoreRefuses


@pytest.fixture
def environment(object_store: ObjectStore) -> Mapping[str, str]:
    return {
        "FILES_S3_ENDPOINT": object_store.endpoint,
        "FILES_S3_BUCKET": f"trial-{uuid4().hex}",
        "FILES_S3_ACCESS_KEY": object_store.access_key,
        "FILES_S3_SECRET_KEY": object_store.secret_key,
        "FILES_ALLOWED_ORIGINS": '["https://registry.example.org"]',
    }


async def test_a_missing_bucket_is_made_and_used(environment: Mapping[str, str], object_store: ObjectStore) -> None:
    name = environment["FILES_S3_BUCKET"]

    first = (await prepare_bucket(environment)).splitlines()

    files = S3ObjectStore(
        name,
        endpoint=object_store.endpoint,
        region=object_store.region,
        access_key=object_store.access_key,
        secret_key=object_store.secret_key,
    )
    await files.put("report.txt", b"content", "text/plain")
    again = (await prepare_bucket(environment)).splitlines()
    assert (first[0], again[0]) == (f"ok       the bucket {name} is made", f"ok       the bucket {name} was there")
    assert first[1:] == again[1:]
    assert {line.split()[0] for line in first} == {"ok"}


async def test_keys_without_the_right_are_told(environment: Mapping[str, str]) -> None:
    with pytest.raises(StoreRefuses, match="is not for this key: correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY"):
        await prepare_bucket({**environment, "FILES_S3_SECRET_KEY": "wrong"})


async def test_a_store_that_is_not_there_is_told(environment: Mapping[str, str]) -> None:
    with pytest.raises(Fault, match="does not answer"):
        await prepare_bucket({**environment, "FILES_S3_ENDPOINT": f"http://{HOST}:{pick()}"})


async def test_what_is_no_origin_is_told(environment: Mapping[str, str]) -> None:
    with pytest.raises(SettingsError, match="FILES_ALLOWED_ORIGINS: an origin is like"):
        await prepare_bucket({**environment, "FILES_ALLOWED_ORIGINS": '["https://registry.example.org/"]'})
