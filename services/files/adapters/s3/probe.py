"""Trying on a store what whoever holds a link could try."""

from dataclasses import replace
from typing import Final
from uuid import uuid4

import aiohttp
from yarl import URL

from chassis.errors import Fault
from services.files.adapters.s3.links import Links
from services.files.adapters.s3.place import Place
from services.files.adapters.s3.requests import Requests

_SECONDS: Final = 20
_DOING: Final = "did not take an object for trying it"


async def copies_by_links(place: Place) -> bool:
    """Whether a link to send one file by lets its holder copy any other object, by a header that was not signed.

    Old releases of MinIO and what came of it do that. Raises Fault, or Refused for keys that may not write.
    """
    requests, secret, target = Requests(place, _SECONDS), f"probe-{uuid4()}", f"probe-{uuid4()}"
    await requests.ask("PUT", secret, {}, body=b"probe", doing=_DOING)
    try:
        return await _copied(place, secret, target)
    finally:
        for key in (secret, target):
            await requests.ask("DELETE", key, {}, doing=_DOING)


async def _copied(place: Place, secret: str, target: str) -> bool:
    here = replace(place, public_endpoint=place.endpoint)
    link = Links(here).upload(target, size=0, media_type="text/plain", sha256=None, seconds=_SECONDS)
    headers = {**link.headers, "x-amz-copy-source": place.path(secret)}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(_SECONDS)) as session,
            session.put(URL(link.url, encoded=True), headers=headers, data=b"", allow_redirects=False) as answer,
        ):
            return answer.ok
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Fault("object store", f"the bucket {place.bucket} {_DOING}") from error
