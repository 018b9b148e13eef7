"""What tests of the object store share: where a bucket is, and using links with a plain HTTP client."""

from collections.abc import Mapping
from io import BytesIO
from typing import Final, NamedTuple

import aiohttp
from yarl import URL

from services.files.adapters.object_store import SignedUpload
from services.files.adapters.s3.place import Place

ORIGIN: Final = "https://registry.example.org"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def place_of(bucket: str, endpoint: str, access_key: str, secret_key: str, *, region: str = "us-east-1") -> Place:
    return Place(
        bucket=bucket,
        endpoint=endpoint,
        public_endpoint=endpoint,
        region=region,
        access_key=access_key,
        secret_key=secret_key,
    )


async def ask(
    client: aiohttp.ClientSession, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Answer:
    """The client says itself how much it sends, as browsers do."""
    given = {name: value for name, value in (headers or {}).items() if name.lower() != "content-length"}
    async with client.request(method, URL(url, encoded=True), headers=given, data=BytesIO(body)) as answer:
        return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, await answer.read())


async def send(client: aiohttp.ClientSession, link: SignedUpload, body: bytes, **changed: str | None) -> Answer:
    """By the link, with other headers where `changed` has some (`content_type`); None leaves one out."""
    altered = {name.replace("_", "-"): value for name, value in changed.items()}
    headers = {name: value for name, value in link.headers.items() if name.lower() not in altered}
    headers |= {name: value for name, value in altered.items() if value is not None}
    return await ask(client, link.method, link.url, headers, body)
