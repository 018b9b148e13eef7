"""A store that is down, cut off, slow, silent, full or closed to us: told as what it is, soon, and a retry works."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest

from chassis.errors import Fault
from deploy.local.object_store import ObjectStore
from deploy.local.ports import HOST, pick
from services.files.adapters.object_store import S3ObjectStore, StoredPart
from tests.support.commands import ROOT
from tests.support.faulty_wire import WHOLE, FaultyWire, Trouble, head, refusal
from tests.support.object_stores import send

SECONDS: Final = 8.0  # that one request may take here
HASTY: Final = 0.4  # and where only time tells that something is wrong
PATIENCE: Final = 20  # seconds, that no failure may exceed; the machine may be busy
MIB: Final = 1 << 20
CONTENT: Final = os.urandom(MIB)


class Kept(NamedTuple):
    """What is in the store when the trouble begins: an object, and an upload of its key in parts."""

    key: str
    upload: str


Asked = Callable[[S3ObjectStore, Kept], Awaitable[Any]]


async def whole(store: S3ObjectStore, key: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(key)])


ASKED: Final[Mapping[str, Asked]] = {
    "put": lambda store, kept: store.put(kept.key, CONTENT, "text/plain"),
    "head": lambda store, kept: store.head(kept.key),
    "read": lambda store, kept: whole(store, kept.key),
    "begin": lambda store, kept: store.begin_parts(kept.key, "text/plain"),
    "parts": lambda store, kept: store.parts(kept.key, kept.upload),
    "complete": lambda store, kept: store.complete_parts(kept.key, kept.upload, [StoredPart(1, 1, '"a"')]),
    "abort": lambda store, kept: store.abort_parts(kept.key, kept.upload),
    "delete": lambda store, kept: store.delete(kept.key),
}
FAILURES: Final[Mapping[str, tuple[Trouble, str]]] = {
    "silent": (Trouble(silent=True), "the bucket files "),
    "cut before the answer": (Trouble(cut_answer_after=0), "the bucket files "),
    "cut in the answer": (Trouble(cut_answer_after=40), "the bucket files "),
    "cut in the request": (Trouble(cut_request_after=60), "the bucket files "),
    "no S3": (Trouble(answer=b"SSH-2.0-OpenSSH_9.2\r\n"), "the bucket files "),
    "broken": (Trouble(answer=refusal(500, "InternalError")), "the bucket files "),
    "busy": (Trouble(answer=refusal(503, "SlowDown")), "the bucket files "),
    "full": (Trouble(answer=refusal(507, "InsufficientStorage")), "the store is full, give it more room"),
    "full as MinIO says": (Trouble(answer=refusal(507, "XMinioStorageFull")), "the store is full, give it more room"),
}


def store_at(endpoint: str, server: ObjectStore, seconds: float = SECONDS) -> S3ObjectStore:
    return S3ObjectStore(
        "files",
        endpoint=endpoint,
        region=server.region,
        access_key=server.access_key,
        secret_key=server.secret_key,
        seconds=seconds,
    )


@pytest.fixture
async def wire(object_store: ObjectStore) -> AsyncIterator[FaultyWire]:
    async with FaultyWire.to(urlsplit(object_store.endpoint).port or 0) as made:
        yield made


@pytest.fixture
def store(wire: FaultyWire, object_store: ObjectStore) -> S3ObjectStore:
    """By the wire."""
    return store_at(wire.endpoint, object_store)


@pytest.fixture
def straight(object_store: ObjectStore) -> S3ObjectStore:
    """Past it."""
    return store_at(object_store.endpoint, object_store)


@pytest.fixture
async def kept(straight: S3ObjectStore) -> AsyncIterator[Kept]:
    key = str(uuid4())
    await straight.put(key, CONTENT, "text/plain")
    yield Kept(key, await straight.begin_parts(key, "text/plain"))
    await straight.delete(key)


async def failure_of(asked: str, store: S3ObjectStore, kept: Kept) -> str:
    """What it tells, within our patience."""
    with pytest.raises(Fault) as told:
        async with asyncio.timeout(PATIENCE):
            await ASKED[asked](store, kept)
    return str(told.value)


@pytest.mark.parametrize("failure", FAILURES)
async def test_every_failure_is_told_soon_whatever_is_asked_and_a_retry_works(
    failure: str, wire: FaultyWire, store: S3ObjectStore, kept: Kept, object_store: ObjectStore
) -> None:
    trouble, reason = FAILURES[failure]
    troubled = store_at(wire.endpoint, object_store, HASTY if trouble.silent else SECONDS)
    wire.fail(trouble)

    told = await asyncio.gather(*(failure_of(asked, troubled, kept) for asked in ASKED))

    assert [text for text in told if not (text.startswith("object store: ") and reason in text)] == []
    wire.fail(WHOLE)
    await store.put(kept.key, CONTENT[::-1], "text/plain")
    assert await whole(store, kept.key) == CONTENT[::-1]
    upload = await store.begin_parts(kept.key, "text/plain")
    assert await store.parts(kept.key, upload) == []
    await store.abort_parts(kept.key, upload)


async def test_a_store_that_is_down_is_told(object_store: ObjectStore, kept: Kept) -> None:
    down = store_at(f"http://{HOST}:{pick()}", object_store)

    told = await asyncio.gather(*(failure_of(asked, down, kept) for asked in ASKED))

    assert all(text.startswith("object store: the bucket files ") for text in told)


@pytest.mark.parametrize("asked", ["put", "head", "read", "begin", "parts", "abort", "delete"])
@pytest.mark.parametrize("failure", ["cut before the answer", "busy"])
async def test_what_fails_once_is_tried_again_unnoticed(
    failure: str, asked: str, wire: FaultyWire, store: S3ObjectStore, kept: Kept
) -> None:
    wire.fail(FAILURES[failure][0], connections=1)

    await ASKED[asked](store, kept)

    assert wire.connections > 1


async def test_parts_that_were_put_together_unheard_are_told_as_such(
    wire: FaultyWire, store: S3ObjectStore, straight: S3ObjectStore
) -> None:
    key = str(uuid4())
    upload = await straight.begin_parts(key, "text/plain")
    link = straight.part_link(key, upload, 1, size=len(CONTENT), seconds=60)
    async with aiohttp.ClientSession() as client:
        assert (await send(client, link, CONTENT)).status == 200
    arrived = await straight.parts(key, upload)
    wire.fail(FAILURES["cut before the answer"][0], connections=1)

    made = await store.complete_parts(key, upload, arrived)

    assert made.size == len(CONTENT)
    assert await whole(straight, key) == CONTENT
    await straight.delete(key)


async def test_a_failure_inside_a_success_is_a_failure(wire: FaultyWire, store: S3ObjectStore, kept: Kept) -> None:
    """Putting together takes long, so S3 says 200 before it knows."""
    body = b"<?xml version='1.0'?>\n  <Error><Code>InternalError</Code></Error>"
    wire.fail(Trouble(answer=head(200, len(body)) + body))

    assert "did not put the parts together" in await failure_of("complete", store, kept)


async def test_a_read_that_is_cut_goes_on(wire: FaultyWire, store: S3ObjectStore, straight: S3ObjectStore) -> None:
    key, content = str(uuid4()), os.urandom(9 * MIB)
    await straight.put(key, content, "text/plain")
    wire.fail(Trouble(cut_answer_after=2 * MIB), connections=2)

    assert await whole(store, key) == content
    assert wire.connections > 2
    await straight.delete(key)


@pytest.mark.parametrize("trouble", [Trouble(cut_answer_after=100_000), Trouble(bytes_a_second=200_000)])
async def test_a_read_that_comes_to_no_end_gives_nothing_wrong(
    trouble: Trouble, wire: FaultyWire, kept: Kept, object_store: ObjectStore
) -> None:
    read, store = bytearray(), store_at(wire.endpoint, object_store, HASTY)
    wire.fail(trouble)

    async def read_on() -> None:
        async with asyncio.timeout(PATIENCE):
            async for chunk in store.read(kept.key):
                read.extend(chunk)

    with pytest.raises(Fault, match="did not "):
        await read_on()

    assert CONTENT.startswith(bytes(read))
    assert len(read) < len(CONTENT)


_READ = """
import asyncio, resource, sys
from services.files.adapters.object_store import S3ObjectStore

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def main(endpoint, access_key, secret_key, small, large):
    store = S3ObjectStore("files", endpoint=endpoint, region="us-east-1", access_key=access_key, secret_key=secret_key)
    size = sum([len(chunk) async for chunk in store.read(small)])
    before = peak()
    size = sum([len(chunk) async for chunk in store.read(large)])
    print(size, peak() - before)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_reading_takes_the_same_memory_for_any_size(object_store: ObjectStore, straight: S3ObjectStore) -> None:
    """What it puts stays: SeaweedFS does not end soon after it was told to delete something large."""
    small, large = str(uuid4()), str(uuid4())
    await straight.put(small, bytes(8 * MIB), "text/plain")
    await straight.put(large, bytes(48 * MIB), "text/plain")
    given = (object_store.endpoint, object_store.access_key, object_store.secret_key, small, large)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _READ, *given), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()

    size, more = map(int, told.split())
    assert size == 48 * MIB
    assert more < 24, "mebibytes more than for the small one"
