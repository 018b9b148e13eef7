"""The S3 server: its objects outlive it, its keys are needed, nothing listens beyond the loopback."""

import os
import signal
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import PermissionDeniedError
from obstore.store import S3Store

from deploy.local.object_store import ObjectStore
from tests.support.listening import LOOPBACK, listening


def bucket(server: ObjectStore, name: str = "trial", *, secret: str | None = None) -> S3Store:
    return S3Store(
        name,
        endpoint=server.endpoint,
        region=server.region,
        access_key_id=server.access_key,
        secret_access_key=secret or server.secret_key,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


async def test_objects_survive_kill_9_and_new_ports(place: Path) -> None:
    first = ObjectStore(place, buckets=["trial"])
    await first.start()
    await obstore.put_async(bucket(first), "folder/name", b"content")
    os.kill(first.pid, signal.SIGKILL)
    await first.wait()
    await first.stop()
    (place / "ports.json").unlink()

    second = ObjectStore(place, buckets=["trial"])
    await second.start()
    found = await obstore.get_async(bucket(second), "folder/name")

    assert bytes(await found.bytes_async()) == b"content"
    assert second.endpoint != first.endpoint
    await second.stop()


async def test_a_wrong_secret_is_refused(object_store: ObjectStore) -> None:
    with pytest.raises(PermissionDeniedError):
        await obstore.put_async(bucket(object_store, "files", secret="wrong"), "name", b"content")


async def test_it_listens_on_the_loopback_only(object_store: ObjectStore) -> None:
    assert {address for address, _ in listening(object_store.pid)} == {LOOPBACK}


async def test_a_stopped_server_leaves_no_sockets_behind(place: Path) -> None:
    earlier = sockets()
    server = ObjectStore(place, buckets=["trial"])
    await server.start()
    own = {f"{port}.sock" for _, port in listening(server.pid)}
    await server.stop()

    assert len(own) == 10
    assert not [path for path in sockets() - earlier if path.name.rpartition("-")[2] in own]


def sockets() -> set[Path]:
    return set(Path("/tmp").glob("seaweedfs-*.sock"))  # noqa: S108  # theirs: the place is not for us to choose.
