"""Requests that the library for bytes does not make: signed by us, small, bounded, and tried again."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET

import aiohttp
from yarl import URL

from services.files.adapters.s3.complaints import Complaint, fault
from services.files.adapters.s3.place import Place

_PLAIN: Final = {"Accept-Encoding": "identity"}
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_GOOD_FOR: Final = 900  # seconds, for clocks that differ as much as stores allow; nobody else gets these addresses
_PAUSES: Final = (0.0, 0.1, 0.3)  # seconds before each try
_MOST_BYTES: Final = 4 << 20  # of an answer; a page of a thousand parts is a tenth of that
_GOOD: Final = range(200, 300)
_FAILED, _NOT_IMPLEMENTED = 500, 501
_PASSING: Final = frozenset({"InternalError", "SlowDown", "ServiceUnavailable", "OperationAborted"})
_UNHEARD: Final = (aiohttp.ClientError, ET.ParseError, OSError, ValueError)


class Refused(Exception):
    """The store answered, and said no."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.code or str(complaint.status))
        self.complaint = complaint


class Requests:
    """To one bucket, all tries of one within `seconds`.

    A session for each: there are few, and so there is nothing to close when the process ends.
    """

    def __init__(self, place: Place, seconds: float) -> None:
        self._place = place
        self._seconds = seconds

    async def ask(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        *,
        body: bytes = b"",
        headers: Mapping[str, str] = _NOTHING,
        doing: str,
    ) -> ET.Element | None:
        """The XML that came, None when none did. Raises Refused for a no, Fault when there is no answer."""
        complaint = Complaint()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                for pause in _PAUSES:
                    await asyncio.sleep(pause)
                    try:
                        return await self._exchange(method, key, query, body, headers)
                    except Refused as refused:
                        complaint = _passing(refused)
                    except _UNHEARD:
                        complaint = Complaint()
        raise fault(self._place.bucket, doing, complaint)

    async def _exchange(
        self, method: str, key: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]
    ) -> ET.Element | None:
        place = self._place
        url = place.signer.signed(
            method, place.endpoint, place.path(key), query=query, headers=headers, seconds=_GOOD_FOR
        )
        async with (
            aiohttp.ClientSession(headers=_PLAIN, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method, URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer,
        ):
            return _read(answer.status, await _whole(answer))


def _passing(refused: Refused) -> Complaint:
    """Raises it again unless another try may do better."""
    code, status = refused.complaint
    if code not in _PASSING and (status < _FAILED or status == _NOT_IMPLEMENTED):
        raise refused
    return refused.complaint


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    """Raises ValueError for what is too much."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > _MOST_BYTES:
            raise ValueError("the answer is too long")
    return bytes(body)


def _read(status: int, body: bytes) -> ET.Element | None:
    """Raises Refused, also for an error in an answer that began as a success: putting parts together ends so."""
    good = status in _GOOD
    try:
        root = ET.fromstring(body.strip()) if body.strip() else None  # noqa: S314  # of our own store, bounded
    except ET.ParseError:
        if good:
            raise
        root = None
    if not good or (root is not None and root.tag.endswith("Error")):
        code = "" if root is None else root.findtext("{*}Code") or ""
        raise Refused(Complaint(code, status))
    return root
