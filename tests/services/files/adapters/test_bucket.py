"""Preparing a bucket: what a store does is done, what it refuses is told, and an unsafe one is not used."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from aiohttp import web
from minio import Minio
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST
from services.files.adapters.bucket import prepare_bucket
from services.files.adapters.object_store import StoreRefuses
from services.files.adapters.s3.place import Place
from tests.support.object_stores import ORIGIN, place_of

Handler = Callable[[web.Request], Awaitable[web.Response]]
NOT_IMPLEMENTED = "<Error><Code>NotImplemented</Code></Error>"


@pytest.fixture
def place(object_store: ObjectStore) -> Place:
    name = f"trial-{uuid4().hex}"
    return place_of(name, object_store.endpoint, object_store.access_key, object_store.secret_key)


@pytest.fixture
def client(object_store: ObjectStore) -> Minio:
    return Minio(
        object_store.endpoint.removeprefix("http://"),
        access_key=object_store.access_key,
        secret_key=object_store.secret_key,
        secure=False,
    )


async def test_versions_are_kept_and_what_is_left_over_is_forgotten(place: Place, client: Minio) -> None:
    for _ in range(2):
        await prepare_bucket(place, origins=[ORIGIN], noncurrent_days=45)

    assert client.get_bucket_versioning(place.bucket).status == ENABLED
    found = client.get_bucket_lifecycle(place.bucket)
    assert found is not None
    rules = {rule.rule_id: rule for rule in found.rules}
    assert len(found.rules) == len(rules) == 2
    unfinished = rules["registry-unfinished"].abort_incomplete_multipart_upload
    noncurrent = rules["registry-noncurrent"].noncurrent_version_expiration
    assert unfinished is not None
    assert noncurrent is not None
    assert (unfinished.days_after_initiation, noncurrent.noncurrent_days) == (2, 45)


async def test_rules_of_others_stay(place: Place, client: Minio) -> None:
    client.make_bucket(place.bucket)
    theirs = Rule(ENABLED, Filter(prefix="exports/"), "theirs", expiration=Expiration(days=7))
    client.set_bucket_lifecycle(place.bucket, LifecycleConfig([theirs]))

    await prepare_bucket(place, origins=[ORIGIN], noncurrent_days=30)

    found = client.get_bucket_lifecycle(place.bucket)
    assert found is not None
    assert {rule.rule_id for rule in found.rules} == {"theirs", "registry-unfinished", "registry-noncurrent"}


async def test_what_was_put_for_trying_is_gone(place: Place, client: Minio) -> None:
    await prepare_bucket(place, origins=[], noncurrent_days=30)

    assert list(client.list_objects(place.bucket)) == []


class Lesser:
    """A store that has objects and nothing else. `copies` makes it take headers that were not signed."""

    def __init__(self, *, copies: bool) -> None:
        self._copies = copies

    async def answer(self, request: web.Request) -> web.Response:
        if "x-amz-copy-source" in request.headers and not self._copies:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        if set(request.query) & {"cors", "lifecycle", "versioning"}:
            return web.Response(status=501, text=NOT_IMPLEMENTED)
        return web.Response(status=204 if request.method == "DELETE" else 200)


@pytest.fixture
async def lesser() -> AsyncIterator[Callable[..., Awaitable[Place]]]:
    """Starts one."""
    runners: list[web.AppRunner] = []

    async def start(*, copies: bool) -> Place:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", Lesser(copies=copies).answer)
        runners.append(runner := web.AppRunner(application))
        await runner.setup()
        await (site := web.TCPSite(runner, HOST, 0)).start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio's servers have them
        return place_of("files", f"http://{HOST}:{port}", "a", "b")

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_what_a_store_refuses_is_told_with_the_way_on(lesser: Callable[..., Awaitable[Place]]) -> None:
    told = await prepare_bucket(await lesser(copies=False), origins=[ORIGIN], noncurrent_days=30)

    assert [line.split()[0] for line in told] == ["ok", "refused", "refused", "refused", "refused"]
    assert told[1] == (
        f"refused  pages of {ORIGIN} may send and fetch (NotImplemented): on MinIO set MINIO_API_CORS_ALLOW_ORIGIN, "
        "elsewhere set the rule of docs/object-store.md by hand"
    )


async def test_a_store_that_copies_for_whoever_has_a_link_is_not_used(
    lesser: Callable[..., Awaitable[Place]],
) -> None:
    with pytest.raises(StoreRefuses, match="whoever may send one file can copy any other"):
        await prepare_bucket(await lesser(copies=True), origins=[ORIGIN], noncurrent_days=30)


async def test_a_name_that_no_bucket_can_have_is_told(place: Place) -> None:
    with pytest.raises(StoreRefuses, match="FILES_S3_BUCKET"):
        await prepare_bucket(replace(place, bucket="No Bucket"), origins=[], noncurrent_days=30)
