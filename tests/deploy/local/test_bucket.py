"""The bucket of our own store lets the pages of this registry in, and those that whoever starts it has named."""

from pathlib import Path

import aiohttp
import pytest

from deploy.local.bucket import open_bucket
from deploy.local.environment import Surroundings
from deploy.local.errors import CannotStart
from deploy.local.object_store import ObjectStore
from deploy.local.outside import OutsideStore
from deploy.local.ports import HOST
from tests.support.object_stores import ORIGIN, ask

THEIRS = "https://elsewhere.example.org"


def around(store: ObjectStore | OutsideStore, keys: Path) -> Surroundings:
    return Surroundings(databases={}, keys=keys, store=store, port=8123)


async def allowed(url: str, origin: str) -> bool:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    async with aiohttp.ClientSession() as client:
        answer = await ask(client, "OPTIONS", f"{url}/files/key", asked)
    return answer.headers.get("access-control-allow-origin") == origin


async def test_pages_of_this_registry_may_use_it(
    object_store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILES_ALLOWED_ORIGINS", f'["{THEIRS}"]')
    own = around(object_store, tmp_path)

    await open_bucket(own)

    assert await allowed(object_store.endpoint, own.url)
    assert await allowed(object_store.endpoint, THEIRS)
    assert not await allowed(object_store.endpoint, ORIGIN)


async def test_a_store_that_does_not_do_it_stops_the_start(object_store: ObjectStore, tmp_path: Path) -> None:
    silent = OutsideStore(f"http://{HOST}:9", object_store.access_key, object_store.secret_key, "files")

    with pytest.raises(CannotStart, match="does not answer"):
        await open_bucket(around(silent, tmp_path))
