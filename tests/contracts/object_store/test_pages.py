"""Pages of the registry, and no others, may send and fetch by links."""

import aiohttp
import pytest

from services.files.adapters.object_store import S3ObjectStore
from services.files.adapters.s3.place import Place
from tests.support.object_stores import ORIGIN, Answer, ask, send

CONTENT = b"what happened"
USED = "content-type,if-none-match,x-amz-checksum-sha256"


@pytest.fixture(autouse=True)
def _only_where_it_was_prepared(place: Place) -> None:
    if not place.bucket.endswith("-prepared"):
        pytest.skip("nothing was set in this bucket")


def preflight(origin: str, method: str = "PUT", headers: str = USED) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


def goes_on(asked: dict[str, str], answer: Answer) -> bool:
    """Whether a browser sends the request itself after this answer: by its headers, whatever the status of it says."""
    allowed = {
        name: set(answer.headers.get(f"access-control-allow-{name}", "").lower().replace(" ", "").split(","))
        for name in ("origin", "methods", "headers")
    }
    return (
        asked["Origin"] in allowed["origin"]
        and asked["Access-Control-Request-Method"].lower() in allowed["methods"]
        and set(asked["Access-Control-Request-Headers"].split(",")) <= allowed["headers"]
    )


async def test_our_page_may_send_and_read_the_tag(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str
) -> None:
    link = store.upload_link(key, size=len(CONTENT), media_type="text/plain", seconds=60)

    allowed = await ask(client, "OPTIONS", link.url, preflight(ORIGIN))
    sent = await send(client, link, CONTENT, Origin=ORIGIN)

    assert allowed.status in {200, 204}
    assert goes_on(preflight(ORIGIN), allowed)
    assert (sent.status, sent.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert sent.headers["access-control-expose-headers"].lower() == "etag"


async def test_our_page_may_fetch(store: S3ObjectStore, client: aiohttp.ClientSession, key: str) -> None:
    await store.put(key, CONTENT, "text/plain")
    link = store.download_link(key, name="a.txt", media_type="text/plain", seconds=60)

    answer = await ask(client, "GET", link, {"Origin": ORIGIN})

    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, ORIGIN)


@pytest.mark.parametrize(
    "asked",
    [
        preflight("https://evil.example.org"),
        preflight("https://registry.example.org.evil.example"),
        preflight("http://registry.example.org"),
        preflight("null"),
        preflight(ORIGIN, method="DELETE"),
        preflight(ORIGIN, headers="x-amz-copy-source"),
    ],
    ids=["other", "longer", "plain http", "null", "DELETE", "header"],
)
async def test_other_pages_and_other_wishes_are_refused(
    store: S3ObjectStore, client: aiohttp.ClientSession, key: str, asked: dict[str, str]
) -> None:
    link = store.upload_link(key, size=len(CONTENT), media_type="text/plain", seconds=60)

    answer = await ask(client, "OPTIONS", link.url, asked)

    assert not goes_on(asked, answer)
