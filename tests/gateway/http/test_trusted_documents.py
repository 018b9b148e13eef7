"""Only documents of the manifest are answered, and the manifest may change while we run."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from chassis.settings import SettingsError
from gateway.http import documents
from tests.support.gateway_world import MINE, Reply, World, open_world

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
QUERY, OTHER = "{ size }", "{ n: size }"
HASH, OTHER_HASH = (sha256(text.encode()).hexdigest() for text in (QUERY, OTHER))


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "documents.json"
    path.write_bytes(orjson.dumps({HASH: QUERY, "list-1": "{ incidents { title } }"}))
    return path


@pytest.fixture
def world(signing_keys: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Looks at the manifest for every request."""
    monkeypatch.setattr(documents, "_RECHECK_SECONDS", 0)
    return open_world(signing_keys, trusted_documents=manifest)


async def post(world: World, body: dict[str, Any], accept: str = JSON) -> Reply:
    headers = {"authorization": f"Bearer {world.user(incident_view=[MINE])}", "content-type": JSON, "accept": accept}
    return await world.send("POST", "/graphql", orjson.dumps(body), headers)


def replace(manifest: Path, content: bytes) -> None:
    aside = manifest.with_suffix(".new")
    aside.write_bytes(content)
    aside.replace(manifest)


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": HASH},
        {"documentId": f"sha256:{HASH}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH}}},
        {"documentId": HASH, "query": QUERY},
    ],
)
async def test_a_known_document_is_answered_however_it_is_named(world: World, body: dict[str, Any]) -> None:
    assert (await post(world, body)).json() == {"data": {"size": 2}}


async def test_an_id_need_not_be_a_hash(world: World) -> None:
    assert (await post(world, {"documentId": "list-1"})).json()["data"]["incidents"][0] == {"title": "Phishing"}


@pytest.mark.parametrize(
    "body",
    [
        {"query": QUERY},
        {"query": OTHER},
        {"documentId": OTHER_HASH},
        {"documentId": HASH, "query": OTHER},
        {"documentId": OTHER_HASH, "query": OTHER},
        {"query": OTHER, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": OTHER_HASH}}},
        {"query": "{ __schema { queryType { name } } }"},
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_everything_else_is_refused(world: World, body: dict[str, Any], accept: str, status: int) -> None:
    for _ in range(2):  # nothing was learnt from the first time
        answer = await post(world, body, accept)

        assert (answer.status, answer.codes) == (status, ["DOCUMENT_NOT_TRUSTED"])
    assert world.sent == 0


async def test_a_changed_manifest_is_read_again(world: World, manifest: Path) -> None:
    assert (await post(world, {"documentId": OTHER_HASH})).codes == ["DOCUMENT_NOT_TRUSTED"]

    replace(manifest, orjson.dumps({OTHER_HASH: OTHER}))

    assert (await post(world, {"documentId": OTHER_HASH})).json() == {"data": {"n": 2}}
    assert (await post(world, {"documentId": HASH})).codes == ["DOCUMENT_NOT_TRUSTED"]


async def test_the_manifest_may_be_as_apollos_tools_write_it(world: World, manifest: Path) -> None:
    operation = {"id": OTHER_HASH, "name": "", "type": "query", "body": OTHER}
    replace(manifest, orjson.dumps({"format": "x", "version": 1, "operations": [operation]}))

    assert (await post(world, {"documentId": OTHER_HASH})).json() == {"data": {"n": 2}}


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"a": 1}',
        b"\xff",
        b'{"operations": [1]}',
        b'{"operations": [{"id": "a"}]}',
        b'{"version": 1}',
        None,
    ],
)
async def test_a_broken_manifest_is_told_once_and_changes_nothing(
    world: World, manifest: Path, content: bytes | None
) -> None:
    if content is None:
        manifest.unlink()
    else:
        replace(manifest, content)

    with capture_logs() as logs:
        answers = [(await post(world, {"documentId": HASH})).json() for _ in range(3)]

    assert answers == [{"data": {"size": 2}}] * 3
    told = [line for line in logs if line["event"] == "trusted_documents_refused"]
    assert len(told) == 1
    assert str(manifest) in told[0]["reason"]


def test_without_a_manifest_that_can_be_read_it_does_not_start(signing_keys: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^GATEWAY_TRUSTED_DOCUMENTS: .*absent cannot be read: No such file"):
        open_world(signing_keys, trusted_documents=tmp_path / "absent")
