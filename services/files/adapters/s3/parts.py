"""Multipart uploads: begun, listed, put together and given up by us; only their parts are sent by others."""

from collections.abc import Iterable, Sequence
from typing import Final, NoReturn
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from chassis.errors import Fault
from services.files.adapters.s3.complaints import fault
from services.files.adapters.s3.content import Content
from services.files.adapters.s3.place import Place
from services.files.adapters.s3.requests import Refused, Requests
from services.files.adapters.stored import NoSuchUpload, Stored, StoredPart, WrongParts

_GONE: Final = "NoSuchUpload"
_WRONG: Final = frozenset({"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML"})
PAGE: Final = 1000  # parts, as many as stores give
_MOST: Final = 10_000  # parts that an upload may have


class Parts:
    """Of one bucket."""

    def __init__(self, place: Place, content: Content, seconds: float) -> None:
        self._bucket = place.bucket
        self._content = content
        self._requests = Requests(place, seconds)

    async def begin(self, key: str, media_type: str) -> str:
        doing = "began no upload in parts"
        described = {"Content-Type": media_type, "Content-Disposition": "attachment"}
        try:
            answer = await self._requests.ask("POST", key, {"uploads": ""}, headers=described, doing=doing)
        except Refused as refused:
            self._refuse(refused, doing)
        found = None if answer is None else answer.findtext("{*}UploadId")
        if not found:
            raise Fault("object store", f"the bucket {self._bucket} {doing}")
        return found

    async def listed(self, key: str, upload_id: str) -> list[StoredPart]:
        found: list[ET.Element] = []
        for _ in range(0, _MOST, PAGE):
            page = await self._page(key, upload_id, _number(found[-1]) if found else 0)
            found += page.findall("{*}Part")
            if page.findtext("{*}IsTruncated") != "true":
                break
        return _latest(found)

    async def complete(self, key: str, upload_id: str, parts: Sequence[StoredPart]) -> Stored:
        """What an earlier try has put together, unheard, is as good."""
        doing, gone = "did not put the parts together", False
        if not parts:
            raise WrongParts("object store", f"the bucket {self._bucket} {doing}: there are none")
        try:
            await self._requests.ask("POST", key, {"uploadId": upload_id}, body=_manifest(parts), doing=doing)
        except Refused as refused:
            gone = refused.complaint.code == _GONE
            if not gone:
                self._refuse(refused, doing)
        made = await self._content.head(key)
        if made is None or (gone and made.size != sum(part.size for part in parts)):
            raise NoSuchUpload("object store", f"the bucket {self._bucket} {doing}: there is no such upload")
        return made

    async def abort(self, key: str, upload_id: str) -> None:
        doing = "did not give the parts up"
        try:
            await self._requests.ask("DELETE", key, {"uploadId": upload_id}, doing=doing)
        except Refused as refused:
            if refused.complaint.code != _GONE:
                self._refuse(refused, doing)

    async def _page(self, key: str, upload_id: str, after: int) -> ET.Element:
        doing = "did not list the parts"
        query = {"uploadId": upload_id, "part-number-marker": str(after), "max-parts": str(PAGE)}
        try:
            page = await self._requests.ask("GET", key, query, doing=doing)
        except Refused as refused:
            self._refuse(refused, doing)
        if page is None:
            raise Fault("object store", f"the bucket {self._bucket} {doing}")
        return page

    def _refuse(self, refused: Refused, doing: str) -> NoReturn:
        code = refused.complaint.code
        if code == _GONE:
            raise NoSuchUpload("object store", f"the bucket {self._bucket} {doing}: there is no such upload")
        if code in _WRONG:
            raise WrongParts("object store", f"the bucket {self._bucket} {doing}: {code}")
        raise fault(self._bucket, doing, refused.complaint)


def _latest(found: Iterable[ET.Element]) -> list[StoredPart]:
    """One of each number: SeaweedFS lists what was sent again beside what was there, in any order."""
    by_time = sorted(found, key=lambda part: _text(part, "LastModified"))
    latest = {
        _number(part): StoredPart(_number(part), int(_text(part, "Size")), _text(part, "ETag")) for part in by_time
    }
    return [latest[number] for number in sorted(latest)]


def _number(part: ET.Element) -> int:
    return int(_text(part, "PartNumber"))


def _text(part: ET.Element, name: str) -> str:
    return part.findtext(f"{{*}}{name}") or ""


def _manifest(parts: Sequence[StoredPart]) -> bytes:
    listed = "".join(
        f"<Part><PartNumber>{part.number}</PartNumber><ETag>{escape(part.etag)}</ETag></Part>"
        for part in sorted(parts, key=lambda part: part.number)
    )
    return f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
