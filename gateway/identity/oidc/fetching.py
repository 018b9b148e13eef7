"""Asking providers: bounded in time and size, no redirections, no compression, no proxies of the environment."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import orjson

from chassis.errors import Fault

SECONDS: Final = 5.0
MOST_BYTES: Final = 512_000
_PLAIN: Final = {"accept": "application/json", "accept-encoding": "identity"}


async def fetch(
    url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object that answer a GET, or a POST of `form`. Raises Fault for whatever else comes."""
    host = urlsplit(url).hostname or url
    try:
        status, body = await _exchange(url, form, {**_PLAIN, **(headers or {})})
    except TimeoutError as error:
        raise Fault(host, f"no answer within {SECONDS:g} s") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Fault(host, f"does not answer ({type(error).__name__})") from error
    if len(body) > MOST_BYTES:
        raise Fault(host, f"answered with more than {MOST_BYTES} bytes")
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Fault(host, f"answered {status} with no JSON") from None
    if not isinstance(told, dict):
        raise Fault(host, f"answered {status} with no JSON object")
    return status, told


async def _exchange(url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """The body up to one byte more than it may have. Raises TimeoutError, ClientError, OSError or ValueError.

    A session for each exchange: there are few, and so there is nothing to close when the process ends.
    """
    limit = aiohttp.ClientTimeout(total=SECONDS)
    method = "GET" if form is None else "POST"
    async with (
        aiohttp.ClientSession(timeout=limit, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.request(method, url, data=form, headers=headers, allow_redirects=False) as answer,
    ):
        body = bytearray()
        async for piece in answer.content.iter_any():
            body += piece
            if len(body) > MOST_BYTES:
                break
        return answer.status, bytes(body)
