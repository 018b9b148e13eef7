"""What the service says of itself while its object store is there, silent, or without the bucket."""

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.local.provision import DatabaseUrls
from services.files.__main__ import SERVICE
from tests.support.services import RunningService, running

SILENT = "http://127.0.0.1:9"


async def readiness(service: RunningService) -> tuple[int, Any]:
    """Status and body of `GET /readyz`."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asked = {"type": "http", "method": "GET", "path": "/readyz", "query_string": b"", "headers": []}
    await service.application(asked, receive, send)
    return sent[0]["status"], orjson.loads(b"".join(message.get("body", b"") for message in sent))


async def test_with_its_store_it_is_ready_and_whole(service: RunningService) -> None:
    assert await readiness(service) == (
        200,
        {"ready": True, "degraded": False, "checks": {"database": "ok", "object store": "ok"}},
    )


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"s3_endpoint": SILENT}, "does not answer"),
        ({"s3_bucket": "absent"}, "is missing: make it, or correct FILES_S3_BUCKET"),
        (
            {"s3_secret_key": "wrong"},
            "is not for this key: correct FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY, or give that key the right",
        ),
    ],
)
async def test_without_its_store_it_stays_ready_and_says_that_it_is_degraded(
    service_databases: Mapping[str, DatabaseUrls],
    signing_keys: Path,
    store_settings: dict[str, Any],
    broken: dict[str, Any],
    reason: str,
) -> None:
    settings = store_settings | broken
    async with running(SERVICE, service_databases["files"], signing_keys, **settings) as service:
        status, answer = await readiness(service)

    assert status == 200
    assert answer == {
        "ready": True,
        "degraded": True,
        "checks": {
            "database": "ok",
            "object store": f"object store: the bucket {settings['s3_bucket']} {reason}",
        },
    }
