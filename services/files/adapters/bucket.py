"""Preparing the bucket: made, open to the pages that use it, kept in versions, and rid of what is left over.

Each step may be done again. What a store refuses does not keep it from the others: it is told, with the way on.
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from hashlib import md5
from typing import Final
from xml.sax.saxutils import escape

from services.files.adapters.s3.administration import UNFINISHED_DAYS, Administration
from services.files.adapters.s3.complaints import Complaint, fault
from services.files.adapters.s3.place import Place
from services.files.adapters.s3.probe import copies_by_links
from services.files.adapters.s3.requests import Refused, Requests
from services.files.adapters.stored import StoreRefuses

_SECONDS: Final = 20.0
_METHODS: Final = ("GET", "HEAD", "PUT")
_HEADERS: Final = ("content-type", "if-none-match", "x-amz-checksum-sha256")
_PREFLIGHT_SECONDS: Final = 3600
_UNSAFE: Final = (
    "is not safe: whoever may send one file can copy any other, as this release of the store takes headers "
    "that were not signed. Update the store (docs/object-store.md)"
)
_RIGHT: Final = "give the key the right to, or have the operator of the store do it"
_BROWSERS: Final = "on MinIO set MINIO_API_CORS_ALLOW_ORIGIN, elsewhere set the rule of docs/object-store.md by hand"
_VERSIONS: Final = "what is deleted by mistake is gone, so keep copies of the bucket"
_UNFINISHED: Final = "MinIO forgets them by itself after a day; elsewhere set a rule of your own"
_NONCURRENT: Final = "set a rule of your own, or versions that nobody sees take room for ever"


async def prepare_bucket(place: Place, *, origins: Sequence[str], noncurrent_days: int) -> list[str]:
    """What was done, a line each. Raises Fault without an answer, StoreRefuses for no bucket or an unsafe store."""
    try:
        administration = Administration(place)
        made = await _made(place, administration)
    except ValueError as error:  # of the SDK, before it asks anybody
        raise StoreRefuses("object store", f"correct FILES_S3_BUCKET or FILES_S3_ENDPOINT: {error}") from error

    def keep_for_a_time() -> None:
        administration.forget_noncurrent(noncurrent_days)

    pages = f"pages of {', '.join(origins)}" if origins else "pages of nobody"
    forgotten = f"{noncurrent_days} days after they were replaced or deleted"
    return [
        f"ok       the bucket {place.bucket} {'is made' if made else 'was there'}",
        await _step(f"{pages} may send and fetch", _BROWSERS, lambda: _open(place, origins)),
        await _step("versions are kept", _VERSIONS, lambda: asyncio.to_thread(administration.keep_versions)),
        await _step(
            f"unfinished uploads are forgotten after {UNFINISHED_DAYS} days",
            _UNFINISHED,
            lambda: asyncio.to_thread(administration.forget_unfinished),
        ),
        await _step(f"versions are forgotten {forgotten}", _NONCURRENT, lambda: asyncio.to_thread(keep_for_a_time)),
    ]


async def _made(place: Place, administration: Administration) -> bool:
    """False when it was there."""
    doing = "cannot be made, or not be written to"
    try:
        made = await asyncio.to_thread(administration.make)
        unsafe = await copies_by_links(place)
    except Refused as refused:
        raise fault(place.bucket, f"{doing} ({refused})", refused.complaint) from refused
    if unsafe:
        raise StoreRefuses("object store", f"the bucket {place.bucket} {_UNSAFE}")
    return made


async def _step(what: str, otherwise: str, act: Callable[[], Awaitable[None]]) -> str:
    try:
        await act()
    except Refused as refused:
        return f"refused  {what} ({_why(refused.complaint)}): {otherwise}"
    return f"ok       {what}"


def _why(complaint: Complaint) -> str:
    told = complaint.code or f"status {complaint.status}"
    return f"{told}: {_RIGHT}" if complaint.code == "AccessDenied" else told


async def _open(place: Place, origins: Sequence[str]) -> None:
    """By a request of our own: the SDK has none. Without origins nobody's pages may call, not even those of before."""
    requests, doing = Requests(place, _SECONDS), "takes no rules for pages"
    if not origins:
        await requests.ask("DELETE", "", {"cors": ""}, doing=doing)
        return
    body = _rule(origins).encode()
    checked = {"Content-MD5": b64encode(md5(body, usedforsecurity=False).digest()).decode()}
    await requests.ask("PUT", "", {"cors": ""}, body=body, headers=checked, doing=doing)


def _rule(origins: Sequence[str]) -> str:
    def each(name: str, values: Sequence[str]) -> str:
        return "".join(f"<{name}>{escape(value)}</{name}>" for value in values)

    return (
        "<CORSConfiguration><CORSRule>"
        f"{each('AllowedOrigin', origins)}{each('AllowedMethod', _METHODS)}{each('AllowedHeader', _HEADERS)}"
        f"{each('ExposeHeader', ['ETag'])}{each('MaxAgeSeconds', [str(_PREFLIGHT_SECONDS)])}"
        "</CORSRule></CORSConfiguration>"
    )
